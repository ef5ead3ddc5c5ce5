using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>A property of the sample city, as it is written down.</summary>
internal sealed record SamplePlace(
    string Name,
    string Type,
    string Address,
    decimal Latitude,
    decimal Longitude,
    string Policy,
    decimal CleaningFee,
    decimal? Rating,
    int Reviews,
    string Description,
    string[] Amenities,
    SampleRoom[] Rooms)
{
    /// <summary>Whether long stays are dearer in July, when the schools have holidays and there may be snow.</summary>
    public bool HasWinter { get; init; }
}

/// <summary>A room type of the sample city.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Allotment">How many there are.</param>
/// <param name="Price">A plain night's price, BRL.</param>
/// <param name="Base">Guests that the price includes.</param>
/// <param name="Max">Guests that fit.</param>
/// <param name="ExtraGuest">Per night and guest above <paramref name="Base"/>, BRL.</param>
/// <param name="SizeM2">Floor space.</param>
/// <param name="Beds">Beds.</param>
/// <param name="Description">In a sentence.</param>
internal sealed record SampleRoom(
    string Name, short Allotment, decimal Price, int Base, int Max, decimal ExtraGuest, decimal SizeM2, Bed[] Beds, string Description)
{
    /// <summary>Discounts for long stays.</summary>
    public LengthOfStayDiscount[] Discounts { get; init; } = [];
}
