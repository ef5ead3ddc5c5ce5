using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Booking.Stays;

/// <summary>The guest leaves: said by the property or by support, else by the timer at noon of the day after departure.</summary>
public sealed class CheckOutBooking(ReserveDatabase database, TimeProvider clock)
{
    private const string Event = "booking.checked_out";

    /// <summary>Refusals: <c>reservation_not_found</c>, and those of <see cref="StayMoves.CheckOut"/>. Twice is once.</summary>
    /// <inheritdoc cref="CheckInBooking.RunAsync"/>
    public Task<Outcome<StayView>> RunAsync(string typedCode, Actor actor, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<StayView>>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                if (ConfirmationCode.Normalise(typedCode) is not { } code || await BookedStay.LockAsync(unit, code) is not { } stay)
                {
                    return Refusal.NotFound("reservation_not_found", "There is no reservation with this code.");
                }

                if (stay.Status == ReservationStatus.CheckedOut)
                {
                    return stay.View;
                }

                if (StayMoves.CheckOut(stay.Status) is { } refusal)
                {
                    return refusal;
                }

                var after = await stay.MoveAsync(unit, ReservationStatus.CheckedOut, "checked_out_at", actor.Name, "the guest has left", now);
                await after.AnnounceAsync(unit, Event, now);
                return after.View;
            },
            cancellation);

    /// <summary>Whoever should have left by now has left, whether anybody said so or not.</summary>
    /// <returns>Whether it was this call that checked them out.</returns>
    internal Task<bool> RunLateAsync(Guid reservationId, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var stay = await BookedStay.LockAsync(unit, reservationId);
                if (stay.Status != ReservationStatus.CheckedIn || !StayClock.HasLeft(stay.CheckOut, now, stay.TimeZone))
                {
                    return false;
                }

                var after = await stay.MoveAsync(unit, ReservationStatus.CheckedOut, "checked_out_at", "system", "nobody said so by noon of the day after", now);
                await after.AnnounceAsync(unit, Event, now);
                return true;
            },
            cancellation);
}
