using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>Tries of a step that must not be lost: done, or when to try again; null when a person has to.</summary>
public sealed record CompensationStep(bool IsDone, DateTimeOffset? RetryAt);

/// <summary>
/// Frees the Host from a booking whose guest has been refunded. While the Host is silent it is tried again; a person is
/// called at once, because a room may stand empty there.
/// </summary>
public sealed class UndoAtHost(ReserveDatabase database, CommitAtHost host, TimeProvider clock, IOptions<BookingOptions> options)
{
    internal const string ExceptionType = "host_cancel_failed";

    public async Task<CompensationStep> RunAsync(Guid intentId, int attempt, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await host.UndoAsync(intentId, cancellation))
        {
            await database.TransactAsync(
                unit => Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, "cancelled at the Host", now), cancellation);
            return new(true, null);
        }

        return new(false, attempt < options.Value.CompensationTries ? now + Backoff(attempt, options.Value) : null);
    }

    /// <summary>Raised before the first try and resolved by the one that succeeds, so that it outlives the saga.</summary>
    internal static TroubleReport Trouble(Guid intentId, DateTimeOffset due) =>
        new($"{ExceptionType}:{intentId}", ExceptionType, "high", "A booking that was given up may still stand at the Host", due)
        {
            BookingIntentId = intentId,
        };

    internal static TimeSpan Backoff(int attempt, BookingOptions options)
    {
        var wait = options.CompensationFirstBackoff * Math.Pow(2, Math.Min(attempt - 1, 20));
        return wait < options.CompensationMaxBackoff ? wait : options.CompensationMaxBackoff;
    }
}
