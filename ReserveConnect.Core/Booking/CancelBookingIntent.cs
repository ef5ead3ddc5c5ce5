using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>
/// The guest leaves. Without an open charge the hold ends at once; with one the wish is recorded and the saga closes
/// the charge at the provider first, because money may already be on its way. Whoever has paid and waits, for a Host that is
/// silent or for a person, may leave too, until the booking stands: then all of the money goes back.
/// </summary>
public sealed class CancelBookingIntent(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>Why an intent ended whose guest left.</summary>
    internal const string Reason = "cancelled_by_guest";

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

    /// <summary>Its saga is to close the open payment, or to give back what was paid. The caller has locked the intent, and wakes the saga when this is committed.</summary>
    internal static Task RequestAsync(UnitOfWork unit, Guid intentId, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_intents
            SET cancel_requested_at = coalesce(cancel_requested_at, @now)
            WHERE id = @intentId
            """,
            new { intentId, now });

    private async Task<Refusal?> CancelAsync(UnitOfWork unit, Guid intentId)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.TryLockAsync(unit, intentId);
        switch (intent?.Status)
        {
            case null:
                return Refusal.NotFound("intent_not_found", "There is no such booking intent.");
            case BookingIntentStatus.Created:
                await BookingIntents.CloseAsync(unit, intent, BookingIntentStatus.Cancelled, "guest", Reason, now);
                return null;
            case BookingIntentStatus.PaymentPending:
                await RequestAsync(unit, intentId, now);
                return null;
            case BookingIntentStatus.Cancelled or BookingIntentStatus.Expired:
            case var _ when intent.CancelRequestedAt is not null:
                return null;
            case var _ when intent.ModifiesReservationId is not null:
                return Refusal.Conflict(
                    "intent_not_cancellable", "This change is with the property already, or is made; change the booking again, or cancel it.");
            case BookingIntentStatus.HostCommitPending when intent.HostQueuedAt is not null:
            case BookingIntentStatus.HostCommitFailed when await HostFailure.GiveUpAsync(unit, intentId, "guest", now):
                await RequestAsync(unit, intentId, now);
                return null;
            case BookingIntentStatus.HostCommitPending or BookingIntentStatus.HostCommitFailed:
                return Refusal.Conflict(
                    "intent_not_cancellable", "This stay is paid and is being booked right now. Ask again in a moment, or cancel it once it is booked.");
            default:
                return Refusal.Conflict("intent_not_cancellable", "This stay is paid; it can only be cancelled as a booking.");
        }
    }
}
