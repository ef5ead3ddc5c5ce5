using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>
/// The guest leaves. Without an open charge the hold ends at once; with one the wish is recorded and the saga closes
/// the charge at the provider first, because money may already be on its way.
/// </summary>
public sealed class CancelBookingIntent(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>Refusals: <c>intent_not_found</c>, <c>intent_not_cancellable</c>. Cancelling twice is cancelling once.</summary>
    public async Task<Outcome<BookingIntentView>> RunAsync(Guid intentId, CancellationToken cancellation)
    {
        var refusal = await database.TransactAsync(unit => CancelAsync(unit, intentId), cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        await using var connection = await database.OpenAsync(cancellation);
        return (await BookingIntentView.ReadAsync(connection, intentId, options.Value))!;
    }

    private async Task<Refusal?> CancelAsync(UnitOfWork unit, Guid intentId)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.TryLockAsync(unit, intentId);
        switch (intent?.Status)
        {
            case null:
                return Refusal.NotFound("intent_not_found", "There is no such booking intent.");
            case BookingIntentStatus.Created:
                await BookingIntents.CloseAsync(unit, intent, BookingIntentStatus.Cancelled, "guest", "cancelled_by_guest", now);
                return null;
            case BookingIntentStatus.PaymentPending:
                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.booking_intents
                    SET cancel_requested_at = coalesce(cancel_requested_at, @now)
                    WHERE id = @intentId
                    """,
                    new { intentId, now });
                return null;
            case BookingIntentStatus.Cancelled or BookingIntentStatus.Expired:
                return null;
            default:
                return Refusal.Conflict("intent_not_cancellable", "This stay is paid; it can only be cancelled as a booking.");
        }
    }
}
