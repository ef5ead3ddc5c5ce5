using Microsoft.Extensions.Options;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Payments;

namespace ReserveConnect.Booking;

/// <summary>What a supervisor orders.</summary>
/// <param name="Reason">In their own words.</param>
/// <param name="Refund"><c>full</c>, <c>policy</c> (as the guest would get), <c>none</c> or <c>amount</c>.</param>
/// <param name="Amount">With <c>amount</c> only: in the booking's currency.</param>
/// <param name="Actor">As audit rows call them.</param>
/// <param name="PolicyAt">With <c>policy</c>: the UTC instant that its tiers are asked at; null: now.</param>
public sealed record ForceCancelRequest(Guid ReservationId, string Reason, string Refund, decimal? Amount, string Actor, DateTimeOffset? PolicyAt = null);

/// <summary>
/// A supervisor ends a booking past its policy: what goes back is theirs to say, and a Host that says no is called by a person
/// instead of keeping the booking.
/// </summary>
public sealed class ForceCancelBooking(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>
    /// Begins the cancellation. One that stands becomes the supervisor's while its money has not moved; later, what gives as much
    /// as is ordered is answered the same, and what does not is <c>already_cancelled</c>, with the cancellation. Other refusals:
    /// <c>reservation_not_found</c>, <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_refund</c>,
    /// <c>refund_amount_invalid</c> with what remains, <c>already_checked_in</c>, <c>already_no_show</c>,
    /// <c>modification_under_way</c>.
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
        if (reservation.Status is ReservationStatus.CancelPending or ReservationStatus.Cancelled)
        {
            return await TakeOverAsync(unit, reservation, request, now);
        }

        if ((BeginCancellation.RefusalOf(reservation.Status) ?? await OpenModifications.RefusalAsync(unit.Connection, reservation.Id)) is { } refusal)
        {
            return refusal;
        }

        var money = await MoneyAsync(unit, reservation, request, request.PolicyAt ?? now);
        if (money.Refusal is not null)
        {
            return money.Refusal;
        }

        await OpenModifications.EndUnpaidAsync(unit, reservation.Id, request.Actor, now);
        await BeginCancellation.WriteAsync(unit, reservation, money.Value, new(request.Actor, request.Reason, IsForced: true), now);
        return (await CancellationView.LatestAsync(unit.Connection, reservation.ConfirmationCode))!;
    }

    // Somebody was quicker: what they promised is the supervisor's to change as long as nothing of it has moved.
    private async Task<Outcome<CancellationView>> TakeOverAsync(
        UnitOfWork unit, Reservation reservation, ForceCancelRequest request, DateTimeOffset now)
    {
        var view = (await CancellationView.LatestAsync(unit.Connection, reservation.ConfirmationCode))!;
        var standing = await Cancellations.FindAsync(unit.Connection, view.CancellationId);
        // Asked at the same instant, the policy gives the same.
        var policyAt = request.PolicyAt ?? standing.RequestedAt;
        if (!standing.Forced && standing.Status == CancellationStatus.Pending && standing.MoneyMovedAt is null)
        {
            var money = await MoneyAsync(unit, reservation, request, policyAt);
            if (money.Refusal is not null)
            {
                return money.Refusal;
            }

            await BeginCancellation.ForceAsync(unit, standing, money.Value, new(request.Actor, request.Reason, IsForced: true), now);
            return (await CancellationView.LatestAsync(unit.Connection, reservation.ConfirmationCode))!;
        }

        return Owed(request, view.Quote.Total, await ShareAsync(unit, reservation, policyAt)) == view.Quote.Total - view.Quote.Kept
            ? view
            : Refusal.Conflict(
                "already_cancelled", "This booking is cancelled, and gives something else back than you order. Give back what is missing as a refund.") with
            {
                Extensions = new Dictionary<string, object?> { ["cancellation"] = view },
            };
    }

    private async Task<Outcome<CancellationMoney>> MoneyAsync(
        UnitOfWork unit, Reservation reservation, ForceCancelRequest request, DateTimeOffset policyAt)
    {
        var (standing, left) = await BeginCancellation.MoneyOfAsync(unit.Connection, reservation);
        var share = await ShareAsync(unit, reservation, policyAt);
        return request.Amount is { } amount && StaffRefusals.OfAmount(amount, Math.Min(left, standing.Booking.Total), reservation.Currency) is { } wrong
            ? wrong
            : CancellationMoney.Of(
                share, BeginCancellation.PolicyOf(reservation).Code, standing, Owed(request, standing.Booking.Total, share), left, CancellationReason.Forced);
    }

    // As the guest would get, who may have had to wait for the end of a change.
    private async Task<CancellationShare> ShareAsync(UnitOfWork unit, Reservation reservation, DateTimeOffset policyAt) =>
        BeginCancellation.TermsOf(reservation).At(policyAt, await CancelWish.ReadAsync(unit.Connection, reservation, options.Value.CancelWishTime));

    private static decimal Owed(ForceCancelRequest request, decimal total, CancellationShare share) => request.Refund switch
    {
        "full" => total,
        "none" => 0m,
        "amount" => request.Amount!.Value,
        _ => decimal.Round(total * share.Percent / 100m, 2, MidpointRounding.ToEven),
    };
}
