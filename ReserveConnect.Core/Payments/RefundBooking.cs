using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>What somebody of the staff gives a guest back.</summary>
/// <param name="Amount">In the booking's currency.</param>
/// <param name="Reason">In their own words.</param>
/// <param name="ChargedTo"><c>platform</c>: a gift of ours. <c>property</c>: everybody gives the share that they have of the price.</param>
/// <param name="Actor">Agent, supervisor or admin.</param>
public sealed record RefundOrder(Guid ReservationId, decimal Amount, string Reason, string ChargedTo, Actor Actor);

/// <summary>A refund that was ordered.</summary>
/// <param name="Remaining">What could still be given back.</param>
/// <param name="Refunds">One for each payment that it comes from.</param>
public sealed record RefundOrderView(
    string ConfirmationCode, Guid BookingIntentId, string Currency, decimal Amount, string ChargedTo, decimal Remaining, IReadOnlyList<RefundPart> Refunds);

/// <summary>A refund of one payment.</summary>
/// <param name="Status"><c>requested</c>: on its way.</param>
public sealed record RefundPart(Guid RefundId, decimal Amount, string Status);

/// <summary>
/// Money goes back at the discretion of staff; the booking stays as it is. Books and refunds in one transaction; whatever gives
/// money back makes them.
/// </summary>
public sealed class RefundBooking(ReserveDatabase database, TimeProvider clock, IOptions<PaymentOptions> options)
{
    /// <summary>
    /// Refusals: <c>reservation_not_found</c>, <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_charged_to</c>,
    /// <c>refund_amount_invalid</c> with what remains, <c>cancellation_pending</c>, and <c>supervisor_required</c> for an agent
    /// who would give more of one booking than agents may, in one refund or in several.
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
            return InvalidCharge("A refund is charged to the platform or to the property.");
        }

        Reservation? known;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            known = await ReservationRows.FindAsync(connection, order.ReservationId);
        }

        return known is null ? StaffRefusals.NotFound : await database.TransactAsync(unit => GiveAsync(unit, known, order), cancellation);
    }

    private async Task<Outcome<RefundOrderView>> GiveAsync(UnitOfWork unit, Reservation known, RefundOrder order)
    {
        var now = clock.GetUtcNow();
        var reservation = await ReservationRows.LockAsync(unit, known.Id, known.BookingIntentId);
        if (reservation.Status == ReservationStatus.CancelPending)
        {
            return Refusal.Conflict("cancellation_pending", "This booking is being cancelled. What is left of its money can be given back when that is settled.");
        }

        if (order.ChargedTo == "property" && reservation.Status is (ReservationStatus.Cancelled or ReservationStatus.NoShow))
        {
            return InvalidCharge("What was kept of a booking that was cancelled, or to which nobody came, is given back by the platform.");
        }

        var (standing, _) = await BeginCancellation.MoneyOfAsync(unit.Connection, reservation);
        var attempts = await RefundSpread.LeftAsync(unit.Connection, reservation.BookingIntentId);
        var left = attempts.Sum(a => a.Amount);
        var most = order.ChargedTo == "property" ? Math.Min(left, standing.Booking.Total) : left;
        if (StaffRefusals.OfAmount(order.Amount, most, reservation.Currency) is { } wrong)
        {
            return wrong;
        }

        if (order.Actor.Kind == ActorKind.Agent && order.Amount + await GivenAsync(unit, reservation) > options.Value.RefundAgentLimit)
        {
            return new Refusal(RefusalKind.Forbidden, "supervisor_required", "So much of one booking is a supervisor's to give back.") with
            {
                Extensions = new Dictionary<string, object?> { ["limit"] = options.Value.RefundAgentLimit, ["currency"] = reservation.Currency },
            };
        }

        var parts = await RequestAsync(unit, reservation, order, standing, RefundSpread.Over(attempts, order.Amount), now);
        await AuditLog.WriteAsync(
            unit, "reservation", reservation.Id, "refunded", before: null, new { order.Amount, order.ChargedTo, Refunds = parts.Select(p => p.RefundId) },
            reason: "goodwill", order.Actor.Name, now);
        return new RefundOrderView(
            reservation.ConfirmationCode, reservation.BookingIntentId, reservation.Currency, order.Amount, order.ChargedTo, left - order.Amount, parts);
    }

    private static async Task<List<RefundPart>> RequestAsync(
        UnitOfWork unit, Reservation reservation, RefundOrder order, StandingMoney standing, IReadOnlyList<MoneyLeft> parts, DateTimeOffset now)
    {
        var orderId = Guid.CreateVersion7(now);
        List<RefundPart> requested = [];
        foreach (var part in parts)
        {
            var attempt = (await PaymentAttempts.FindAsync(unit.Connection, part.AttemptId))!;
            var (id, _) = await Refunds.RequestAsync(
                unit, attempt, part.Amount,
                new($"goodwill:{orderId}:{attempt.Id}", RefundPurpose.Goodwill, "goodwill", reservation.Id, order.ChargedTo, order.Reason), now);
            if (order.ChargedTo == "platform")
            {
                await Ledger.PostAsync(unit, Postings.Goodwill(standing.Booking, id, part.Amount), order.Actor.Name, now);
            }
            else
            {
                await Ledger.PostAsync(
                    unit, Postings.PartlyReversed(id, ReversedMoney.Of(standing.Booking, standing.ServiceTax, part.Amount)), order.Actor.Name, now);
                standing = await StandingMoney.ReadAsync(
                    unit.Connection, reservation.Id, reservation.BookingIntentId, reservation.PropertyId, reservation.Currency);
            }

            requested.Add(new(id, part.Amount, RefundStatus.Requested));
        }

        return requested;
    }

    private static Task<decimal> GivenAsync(UnitOfWork unit, Reservation reservation) =>
        unit.Connection.ExecuteScalarAsync<decimal>(
            "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE reservation_id = @Id AND purpose = 'goodwill'", new { reservation.Id });

    private static Refusal InvalidCharge(string detail) =>
        Refusal.Unprocessable("invalid_charged_to", detail, new FieldError("charged_to", "invalid_charged_to", detail));
}
