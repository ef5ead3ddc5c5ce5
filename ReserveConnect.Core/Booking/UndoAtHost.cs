using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>Tries of a step that must not be lost: done, or when to try again; null when a person has to.</summary>
public sealed record CompensationStep(bool IsDone, DateTimeOffset? RetryAt);

/// <summary>
/// Frees the Host from a booking whose guest has been refunded. While the Host is silent it is tried again; at last a
/// person is called, because a room may stand empty there.
/// </summary>
public sealed class UndoAtHost(ReserveDatabase database, CommitAtHost host, TimeProvider clock, IOptions<BookingOptions> options)
{
    public async Task<CompensationStep> RunAsync(Guid intentId, int attempt, CancellationToken cancellation)
    {
        if (await host.UndoAsync(intentId, cancellation))
        {
            return new(true, null);
        }

        var now = clock.GetUtcNow();
        if (attempt < options.Value.CompensationTries)
        {
            return new(false, now + Backoff(attempt, options.Value));
        }

        await database.TransactAsync(
            unit => Exceptions.RaiseAsync(
                unit,
                new($"host_cancel_failed:{intentId}", "host_cancel_failed", "high", "The Host does not say whether a refunded booking stands there", now + options.Value.HostFailureDecisionTime)
                {
                    BookingIntentId = intentId,
                },
                now),
            cancellation);
        return new(false, null);
    }

    internal static TimeSpan Backoff(int attempt, BookingOptions options)
    {
        var wait = options.CompensationFirstBackoff * Math.Pow(2, Math.Min(attempt - 1, 20));
        return wait < options.CompensationMaxBackoff ? wait : options.CompensationMaxBackoff;
    }
}
