using Dapper;
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
        if (await IsFreeAsync(intentId, cancellation))
        {
            await database.TransactAsync(unit => NoteAsync(unit, intentId, now), cancellation);
            return new(true, null);
        }

        return new(false, attempt < options.Value.CompensationTries ? now + Backoff(attempt, options.Value) : null);
    }

    private static async Task NoteAsync(UnitOfWork unit, Guid intentId, DateTimeOffset now)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        if (intent.Status == BookingIntentStatus.RefundPending)
        {
            // Nothing stands for them any more, however long the money takes.
            await Holds.ReleaseAsync(unit, intent, now);
        }

        await Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, "cancelled at the Host", now);
    }

    /// <summary>
    /// A booking that was made by hand is about to stand for the intent: nothing else may, be it one whose answer was lost. A Host
    /// that is silent leaves that to a person.
    /// </summary>
    public async Task ReplaceAsync(Guid intentId, Guid hostBookingId, CancellationToken cancellation)
    {
        if (await host.FreeKeyAsync(intentId, hostBookingId, cancellation))
        {
            return;
        }

        var now = clock.GetUtcNow();
        await database.TransactAsync(
            unit => Exceptions.RaiseAsync(unit, Trouble(intentId, now + options.Value.HostFailureDecisionTime), now), cancellation);
    }

    // What stands for a reservation stays, under whichever key it was made.
    private async Task<bool> IsFreeAsync(Guid intentId, CancellationToken cancellation)
    {
        Guid? standing;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            standing = await connection.ExecuteScalarAsync<Guid?>(
                "SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = @intentId", new { intentId });
        }

        return standing is { } hostBookingId
            ? await host.FreeKeyAsync(intentId, hostBookingId, cancellation)
            : await host.UndoAsync(intentId, cancellation);
    }

    /// <summary>Raised before the first try and resolved by the one that succeeds, so that it outlives the saga.</summary>
    internal static TroubleReport Trouble(Guid intentId, DateTimeOffset due) =>
        new(KeyOf(intentId), ExceptionType, "high", "A booking that was given up may still stand at the Host", due)
        {
            BookingIntentId = intentId,
        };

    /// <summary>The key of the trouble about an intent, a cancellation or a change; one of each kind.</summary>
    internal static string KeyOf(Guid id) => $"{ExceptionType}:{id}";

    internal static TimeSpan Backoff(int attempt, BookingOptions options)
    {
        var wait = options.CompensationFirstBackoff * Math.Pow(2, Math.Min(attempt - 1, 20));
        return wait < options.CompensationMaxBackoff ? wait : options.CompensationMaxBackoff;
    }
}
