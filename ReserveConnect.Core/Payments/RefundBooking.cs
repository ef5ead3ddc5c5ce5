using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>What somebody of the staff gives a guest back.</summary>
/// <param name="Amount">In the booking's currency.</param>
/// <param name="Reason">In their own words.</param>
/// <param name="ChargedTo"><c>platform</c>: a gift of ours. <c>property</c>: everybody gives the share that they have of the price.</param>
/// <param name="Actor">Agent, supervisor or admin.</param>
/// <param name="OperationId">The order's name: given twice, it is one order. Null: an order of its own.</param>
public sealed record RefundOrder(Guid ReservationId, decimal Amount, string Reason, string ChargedTo, Actor Actor, Guid? OperationId = null);

/// <summary>A refund that was ordered.</summary>
/// <param name="Remaining">What could still be given back.</param>
/// <param name="Refunds">One for each payment that it comes from; none while it waits.</param>
/// <param name="ExceptionId">The exception by which a supervisor, not whoever ordered it, approves a large one; missing where nobody has to.</param>
public sealed record RefundOrderView(
    string ConfirmationCode, Guid BookingIntentId, string Currency, decimal Amount, string ChargedTo, decimal Remaining, IReadOnlyList<RefundPart> Refunds,
    Guid? ExceptionId = null);

/// <summary>A refund of one payment.</summary>
/// <param name="Status"><c>requested</c>: on its way.</param>
public sealed record RefundPart(Guid RefundId, decimal Amount, string Status);

/// <summary>
/// Money goes back at the discretion of staff; the booking stays as it is. Books and refunds in one transaction; whatever gives
/// money back makes them. What is more of one booking than one person may give, in one order or in several, moves nothing and
/// waits for another person (<see cref="ApproveRefund"/>).
/// </summary>
public sealed class RefundBooking(ReserveDatabase database, TimeProvider clock, IOptions<PaymentOptions> options)
{
    /// <summary>
    /// Refusals: <c>reservation_not_found</c>, <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_charged_to</c>,
    /// <c>refund_amount_invalid</c> with what remains, <c>cancellation_pending</c>, <c>payment_disputed</c>.
    /// </summary>
    public async Task<Outcome<RefundOrderView>> RunAsync(RefundOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (StaffRefusals.OfReason(order.Reason) is { } unexplained)
        {
            return unexplained;
        }

        if (order.ChargedTo is not ("platform" or "property"))
        {
            return StaffRefusals.InvalidCharge("A refund is charged to the platform or to the property.");
        }

        Reservation? known;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            known = await ReservationRows.FindAsync(connection, order.ReservationId);
        }

        return known is null ? StaffRefusals.NotFound : await database.TransactAsync(unit => OrderAsync(unit, known, order), cancellation);
    }

    private async Task<Outcome<RefundOrderView>> OrderAsync(UnitOfWork unit, Reservation known, RefundOrder order)
    {
        var reservation = await ReservationRows.LockAsync(unit, known.Id, known.BookingIntentId);
        if (order.OperationId is { } operationId && await OrderedBeforeAsync(unit, reservation, order, operationId) is { } before)
        {
            return before;
        }

        var money = await GoodwillRefunds.CheckAsync(unit, reservation, order.Amount, order.ChargedTo);
        if (money.Refusal is not null)
        {
            return money.Refusal;
        }

        // What waits counts as if it were given: else two orders, each small enough, would come to more than one person may give.
        var waiting = await RefundWishes.OpenAsync(unit, reservation);
        var all = order.Amount + await GoodwillRefunds.GivenAsync(unit, reservation.Id) + waiting.Sum(wish => wish.Amount);
        return all > options.Value.RefundApprovalLimit
            ? await WaitAsync(unit, reservation, order, waiting, money.Value)
            : await GiveAsync(unit, reservation, order, money.Value);
    }

    private async Task<RefundOrderView> GiveAsync(UnitOfWork unit, Reservation reservation, RefundOrder order, GiftMoney money)
    {
        var now = clock.GetUtcNow();
        var parts = await GoodwillRefunds.RequestAsync(
            unit, reservation, new(order.Amount, order.Reason, order.ChargedTo, order.OperationId ?? Guid.CreateVersion7(now), order.Actor.Name), money, now);
        await AuditLog.WriteAsync(
            unit, "reservation", reservation.Id, "refunded", before: null, new { order.Amount, order.ChargedTo, Refunds = parts.Select(p => p.RefundId) },
            reason: "goodwill", order.Actor.Name, now);
        return ViewOf(reservation, order, money.Left - order.Amount, parts);
    }

    // The same order by somebody who does not know of the first is that order.
    private async Task<RefundOrderView> WaitAsync(
        UnitOfWork unit, Reservation reservation, RefundOrder order, IReadOnlyList<OpenWish> waiting, GiftMoney money)
    {
        var now = clock.GetUtcNow();
        var same = waiting.FirstOrDefault(wish => (wish.Amount, wish.ChargedTo) == (order.Amount, order.ChargedTo));
        var exceptionId = same?.Id ?? await RefundWishes.RaiseAsync(unit, reservation, order, now);
        await AuditLog.WriteAsync(
            unit, "reservation", reservation.Id, "refund_ordered", before: null, new { order.Amount, order.ChargedTo, exceptionId, order.OperationId },
            reason: same is null ? "needs_approval" : "waits_already", order.Actor.Name, now);
        return ViewOf(reservation, order, money.Left, [], exceptionId);
    }

    // The order, if it was given before and its answer was lost.
    private static async Task<RefundOrderView?> OrderedBeforeAsync(UnitOfWork unit, Reservation reservation, RefundOrder order, Guid operationId)
    {
        var exceptionId = await RefundWishes.OfOrderAsync(unit, reservation.Id, operationId);
        var parts = await GoodwillRefunds.OfOrderAsync(unit, reservation.Id, exceptionId ?? operationId);
        return exceptionId is null && parts.Count == 0
            ? null
            : ViewOf(
                reservation, order, (await RefundSpread.LeftAsync(unit.Connection, reservation.BookingIntentId)).Sum(left => left.Amount), parts, exceptionId);
    }

    private static RefundOrderView ViewOf(
        Reservation reservation, RefundOrder order, decimal remaining, IReadOnlyList<RefundPart> parts, Guid? exceptionId = null) =>
        new(
            reservation.ConfirmationCode, reservation.BookingIntentId, reservation.Currency, order.Amount, order.ChargedTo, remaining, parts, exceptionId);
}
