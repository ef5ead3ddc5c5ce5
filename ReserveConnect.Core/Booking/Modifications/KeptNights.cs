using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>Nights of a new stay that the booking has already, from the first up to, and without, the last.</summary>
public sealed record KeptNights(DateOnly From, DateOnly To)
{
    /// <summary>What two stays share; null when that is no night.</summary>
    public static KeptNights? Of(Guid unitId, DateOnly checkIn, DateOnly checkOut, StayRequest wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var from = checkIn > wanted.CheckIn ? checkIn : wanted.CheckIn;
        var to = checkOut < wanted.CheckOut ? checkOut : wanted.CheckOut;
        return unitId == wanted.UnitId && from < to ? new(from, to) : null;
    }

    public bool Cover(DateOnly night) => night >= From && night < To;
}
