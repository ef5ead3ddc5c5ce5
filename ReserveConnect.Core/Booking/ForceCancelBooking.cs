using ReserveConnect.Database;
using ReserveConnect.Payments;

namespace ReserveConnect.Booking;

/// <summary>What a supervisor orders.</summary>
/// <param name="Reason">In their own words.</param>
/// <param name="Refund"><c>full</c>, <c>policy</c> (as the guest would get), <c>none</c> or <c>amount</c>.</param>
/// <param name="Amount">With <c>amount</c> only: in the booking's currency.</param>
/// <param name="Actor">As audit rows call them.</param>
public sealed record ForceCancelRequest(Guid ReservationId, string Reason, string Refund, decimal? Amount, string Actor);

/// <summary>
/// A supervisor ends a booking past its policy: what goes back is theirs to say, and a Host that says no is called by a person
/// instead of keeping the booking.
/// </summary>
public sealed class ForceCancelBooking(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// Begins the cancellation; what is being cancelled or is cancelled already is answered the same. Refusals:
    /// <c>reservation_not_found</c>, <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_refund</c>,
    /// <c>refund_amount_invalid</c> with what remains, <c>already_checked_in</c>, <c>already_no_show</c>.
    /// </summary>
    public async Task<Outcome<CancellationView>> RunAsync(ForceCancelRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if ((StaffRefusals.OfReason(request.Reason) ?? RefusalOf(request)) is { } refusal)
        {
            return refusal;
        }

        Reservation? known;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            known = await ReservationRows.FindAsync(connection, request.ReservationId);
        }

        return known is null ? StaffRefusals.NotFound : await database.TransactAsync(unit => CancelAsync(unit, known, request), cancellation);
    }

    private static Refusal? RefusalOf(ForceCancelRequest request) =>
        request.Refund is not ("full" or "policy" or "none" or "amount")
            ? Refusal.Unprocessable("invalid_refund", "A refund is full, policy, none or amount.", new FieldError("refund", "invalid_refund", "full, policy, none or amount."))
            : (request.Refund == "amount") != (request.Amount is not null)
                ? Refusal.Unprocessable("invalid_refund", "An amount comes with refund: amount, and with nothing else.", new FieldError("amount", "invalid_refund", "With refund: amount only."))
                : null;

    private async Task<Outcome<CancellationView>> CancelAsync(UnitOfWork unit, Reservation known, ForceCancelRequest request)
    {
        var now = clock.GetUtcNow();
        var reservation = await ReservationRows.LockAsync(unit, known.Id, known.BookingIntentId);
        if (reservation.Status is not (ReservationStatus.CancelPending or ReservationStatus.Cancelled))
        {
            if (BeginCancellation.RefusalOf(reservation.Status) is { } refusal)
            {
                return refusal;
            }

            var (standing, left) = await BeginCancellation.MoneyOfAsync(unit.Connection, reservation);
            var (share, policy) = (BeginCancellation.TermsOf(reservation).At(now), BeginCancellation.PolicyOf(reservation).Code);
            var most = Math.Min(left, standing.Booking.Total);
            if (request.Amount is { } amount && StaffRefusals.OfAmount(amount, most, reservation.Currency) is { } wrong)
            {
                return wrong;
            }

            var refund = request.Refund switch
            {
                "full" => most,
                "none" => 0m,
                "amount" => request.Amount!.Value,
                _ => CancellationMoney.Of(share, policy, standing, left).Quote.Refund,
            };
            var money = CancellationMoney.Of(share, policy, standing, refund, CancellationReason.Forced);
            await BeginCancellation.WriteAsync(unit, reservation, money, new(request.Actor, request.Reason, IsForced: true), now);
        }

        return (await CancellationView.LatestAsync(unit.Connection, reservation.ConfirmationCode))!;
    }
}
