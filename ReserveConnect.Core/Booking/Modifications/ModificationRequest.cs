using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>What somebody wants of a booking; what is null stays as it is.</summary>
/// <param name="ConfirmationCode">As typed.</param>
/// <param name="UnitId">Of the same property.</param>
public sealed record ModificationRequest(
    string ConfirmationCode, Guid? UnitId, DateOnly? CheckIn, DateOnly? CheckOut, int? Adults, int? Children, int? Infants)
{
    internal StayRequest Of(StandingStay stay) =>
        new(
            UnitId ?? stay.UnitId, CheckIn ?? stay.CheckIn, CheckOut ?? stay.CheckOut, Adults ?? stay.GuestsAdults,
            Children ?? stay.GuestsChildren, Infants ?? stay.GuestsInfants);
}
