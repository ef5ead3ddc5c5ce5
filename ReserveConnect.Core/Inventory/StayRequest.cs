namespace ReserveConnect.Inventory;

/// <summary>A stay that somebody asks for.</summary>
/// <param name="UnitId">The unit to stay in.</param>
/// <param name="CheckIn">Local date of arrival; its night is the first of the stay.</param>
/// <param name="CheckOut">Local date of departure; not a night of the stay.</param>
/// <param name="Adults">At least one.</param>
/// <param name="Children">Count towards the occupancy and the price like adults.</param>
/// <param name="Infants">Under two years; they count towards neither.</param>
public sealed record StayRequest(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Adults, int Children, int Infants = 0)
{
    /// <summary>Number of nights.</summary>
    public int Nights => CheckOut.DayNumber - CheckIn.DayNumber;

    /// <summary>Everybody who sleeps in a bed there.</summary>
    public int Guests => Adults + Children;
}
