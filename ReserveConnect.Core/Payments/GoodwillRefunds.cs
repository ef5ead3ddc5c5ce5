using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Finance;

namespace ReserveConnect.Payments;

/// <summary>Money that staff give back of a booking.</summary>
/// <param name="Amount">In the booking's currency.</param>
/// <param name="Reason">In the words of whoever ordered it.</param>
/// <param name="ChargedTo"><c>platform</c> or <c>property</c>.</param>
/// <param name="OrderId">Given twice under one id, it is given once.</param>
/// <param name="Actor">As audit rows call whoever moves it.</param>
internal sealed record Gift(decimal Amount, string Reason, string ChargedTo, Guid OrderId, string Actor);

/// <summary>What a booking could give back at this moment.</summary>
/// <param name="Payments">Newest first.</param>
internal sealed record GiftMoney(StandingMoney Standing, IReadOnlyList<MoneyLeft> Payments)
{
    public decimal Left => Payments.Sum(payment => payment.Amount);
}

/// <summary>What an order of staff and its approval share. The caller has locked the reservation.</summary>
internal static class GoodwillRefunds
{
    /// <summary>
    /// What there is to give it from. Refusals: <c>cancellation_pending</c>, <c>payment_disputed</c>, <c>invalid_charged_to</c>,
    /// <c>refund_amount_invalid</c> with what remains.
    /// </summary>
    public static async Task<Outcome<GiftMoney>> CheckAsync(UnitOfWork unit, Reservation reservation, decimal amount, string chargedTo)
    {
        if (reservation.Status == ReservationStatus.CancelPending)
        {
            return Refusal.Conflict("cancellation_pending", "This booking is being cancelled. What is left of its money can be given back when that is settled.");
        }

        if (await Disputes.HoldAsync(unit.Connection, reservation.BookingIntentId))
        {
            return Refusal.Conflict("payment_disputed", "The guest's bank has taken this payment and has not decided. What is left of it can be given back when it has.");
        }

        if (chargedTo == "property" && reservation.Status is (ReservationStatus.Cancelled or ReservationStatus.NoShow))
        {
            return StaffRefusals.InvalidCharge("What was kept of a booking that was cancelled, or to which nobody came, is given back by the platform.");
        }

        var (standing, _) = await BeginCancellation.MoneyOfAsync(unit.Connection, reservation);
        var money = new GiftMoney(standing, await RefundSpread.LeftAsync(unit.Connection, reservation.BookingIntentId));
        var most = chargedTo == "property" ? Math.Min(money.Left, standing.Booking.Total) : money.Left;
        return StaffRefusals.OfAmount(amount, most, reservation.Currency) is { } wrong ? wrong : money;
    }

    /// <summary>Books it and asks for its refunds; whatever gives money back makes them.</summary>
    public static async Task<IReadOnlyList<RefundPart>> RequestAsync(UnitOfWork unit, Reservation reservation, Gift gift, GiftMoney money, DateTimeOffset now)
    {
        var standing = money.Standing;
        List<RefundPart> requested = [];
        foreach (var part in RefundSpread.Over(money.Payments, gift.Amount))
        {
            var attempt = (await PaymentAttempts.FindAsync(unit.Connection, part.AttemptId))!;
            var (id, _) = await Refunds.RequestAsync(
                unit, attempt, part.Amount,
                new($"{KeyOf(gift.OrderId)}{attempt.Id}", RefundPurpose.Goodwill, "goodwill", reservation.Id, gift.ChargedTo, gift.Reason), now);
            if (gift.ChargedTo == "platform")
            {
                await Ledger.PostAsync(unit, Postings.Goodwill(standing.Booking, id, part.Amount), gift.Actor, now);
            }
            else
            {
                await Ledger.PostAsync(unit, Postings.PartlyReversed(id, ReversedMoney.Of(standing.Booking, standing.ServiceTax, part.Amount)), gift.Actor, now);
                standing = await StandingMoney.ReadAsync(
                    unit.Connection, reservation.Id, reservation.BookingIntentId, reservation.PropertyId, reservation.Currency);
            }

            requested.Add(new(id, part.Amount, RefundStatus.Requested));
        }

        return requested;
    }

    /// <summary>The refunds that were asked for under an order's id; none: it has not been given.</summary>
    public static async Task<IReadOnlyList<RefundPart>> OfOrderAsync(UnitOfWork unit, Guid reservationId, Guid orderId) =>
        (await unit.Connection.QueryAsync<RefundPart>(
            """
            SELECT id AS refund_id, amount, status
            FROM reserve.refunds
            WHERE reservation_id = @reservationId
              AND purpose = 'goodwill'
              AND starts_with(request_key, @prefix)
            ORDER BY id
            """,
            new { reservationId, prefix = KeyOf(orderId) })).AsList();

    /// <summary>All that staff have given of a booking so far.</summary>
    public static Task<decimal> GivenAsync(UnitOfWork unit, Guid reservationId) =>
        unit.Connection.ExecuteScalarAsync<decimal>(
            "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE reservation_id = @reservationId AND purpose = 'goodwill'", new { reservationId });

    private static string KeyOf(Guid orderId) => $"goodwill:{orderId}:";
}
