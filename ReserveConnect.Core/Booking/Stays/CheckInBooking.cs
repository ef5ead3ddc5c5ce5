using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Inventory;
using ReserveConnect.Support;

namespace ReserveConnect.Booking.Stays;

/// <summary>The guest is there. Said by the property or by support, never by the guest.</summary>
public sealed class CheckInBooking(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Refusals: <c>reservation_not_found</c>, and those of <see cref="StayMoves.CheckIn"/>. Twice is once.</summary>
    /// <param name="typedCode">The confirmation code as people type it; that it is the caller's to see was asked before.</param>
    public Task<Outcome<StayView>> RunAsync(string typedCode, Actor actor, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<StayView>>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                if (ConfirmationCode.Normalise(typedCode) is not { } code || await BookedStay.LockAsync(unit, code) is not { } stay)
                {
                    return Refusal.NotFound("reservation_not_found", "There is no reservation with this code.");
                }

                if (stay.Status == ReservationStatus.CheckedIn)
                {
                    return stay.View;
                }

                if (StayMoves.CheckIn(stay.Status, stay.CheckIn, stay.CheckOut, CityDay.At(now, stay.TimeZone)) is { } refusal)
                {
                    return refusal;
                }

                var after = await stay.MoveAsync(unit, ReservationStatus.CheckedIn, "checked_in_at", actor.Name, "the guest is there", now);
                await Exceptions.ResolveAsync(unit, $"no_show_refund:{stay.Id}", "the guest has come", now);
                await after.AnnounceAsync(unit, "booking.checked_in", now);
                return after.View;
            },
            cancellation);
}
