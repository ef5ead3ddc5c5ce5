using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Booking.Stays;

/// <summary>The last thing that becomes of a stay: the time for a review is over.</summary>
public sealed class CompleteStay(ReserveDatabase database, TimeProvider clock, IOptions<StayOptions> options)
{
    /// <returns>Whether it was this call that completed it.</returns>
    internal Task<bool> RunAsync(Guid reservationId, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var stay = await BookedStay.LockAsync(unit, reservationId);
                if (stay.Status != ReservationStatus.CheckedOut || now < stay.CheckedOutAt + options.Value.ReviewTime)
                {
                    return false;
                }

                var after = await stay.MoveAsync(unit, ReservationStatus.Completed, null, "system", "the time for a review is over", now);
                await after.AnnounceAsync(unit, "booking.completed", now);
                return true;
            },
            cancellation);
}
