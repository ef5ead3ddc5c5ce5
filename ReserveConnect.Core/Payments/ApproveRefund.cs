using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Gives what one of the staff ordered and a supervisor, somebody else, has approved. Refunds, books and the end of the exception
/// are one transaction, and the order's id is the exception's: however often it is approved, it is one refund.
/// </summary>
public sealed class ApproveRefund(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Carries out the decision that the exception holds.</summary>
    /// <returns>
    /// Null when it is given. Refusals: <c>exception_closed</c>, <c>approval_withdrawn</c>, and what an order is refused, by what is
    /// left now: <c>refund_amount_invalid</c> with what remains, <c>cancellation_pending</c>, <c>payment_disputed</c>,
    /// <c>invalid_charged_to</c>.
    /// </returns>
    internal async Task<Refusal?> RunAsync(LockedException approved, CancellationToken cancellation)
    {
        Reservation known;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            known = (await ReservationRows.FindAsync(connection, approved.ReservationId!.Value))!;
        }

        return await database.TransactAsync(unit => GiveAsync(unit, known, approved.Id), cancellation);
    }

    private async Task<Refusal?> GiveAsync(UnitOfWork unit, Reservation known, Guid exceptionId)
    {
        var now = clock.GetUtcNow();
        // In the order of whoever decides: writing to the exception again takes a share of its booking's rows.
        var exception = (await LockedException.FindAsync(unit, exceptionId))!;
        var reservation = await ReservationRows.LockAsync(unit, known.Id, known.BookingIntentId);
        if ((await GoodwillRefunds.OfOrderAsync(unit, reservation.Id, exceptionId)).Count > 0)
        {
            return null;
        }

        if (exception.IsClosed)
        {
            return exception.Closed;
        }

        var wish = RefundWish.Of(exception);
        if (ExceptionOrder.Read(exception.Decision)?.Action != TroubleAction.Approve.Name || exception.DecidedBy is not { } by || by == wish.OrderedBy)
        {
            return Refusal.Conflict("approval_withdrawn", "This refund is no longer approved. Look at its exception, and approve it again.");
        }

        var money = await GoodwillRefunds.CheckAsync(unit, reservation, wish.Amount, wish.ChargedTo);
        if (money.Refusal is not null)
        {
            return money.Refusal;
        }

        var parts = await GoodwillRefunds.RequestAsync(
            unit, reservation, new(wish.Amount, wish.Reason!, wish.ChargedTo, exceptionId, exception.DecidedActor!), money.Value, now);
        await AuditLog.WriteAsync(
            unit, "reservation", reservation.Id, "refunded", before: null,
            new { wish.Amount, wish.ChargedTo, Refunds = parts.Select(p => p.RefundId), exceptionId, wish.OrderedBy },
            reason: "goodwill", exception.DecidedActor!, now);
        await Exceptions.ResolveAsync(unit, exceptionId, "approved", now);
        return null;
    }
}
