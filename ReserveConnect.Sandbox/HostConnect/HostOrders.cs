using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>A city at a glance.</summary>
internal sealed record CityState(string Code, int Properties, int RoomTypes, DateOnly FirstNight, DateOnly End);

/// <summary>A booking taken at the Host's desk.</summary>
internal sealed record ManualBooking(
    Guid RoomTypeId, DateOnly CheckIn, DateOnly CheckOut, int Adults = 1, int Children = 0, string? ChannelReference = null);

/// <summary>New values for nights from <paramref name="From"/> to <paramref name="To"/> (exclusive); what is null stays.</summary>
/// <param name="ClearPrice">Whether the nights lose their own price.</param>
internal sealed record NightOrder(
    Guid RoomTypeId,
    DateOnly From,
    DateOnly To,
    short? Allotment = null,
    short? Sold = null,
    decimal? Price = null,
    bool? IsOpen = null,
    short? MinStay = null,
    short? MaxStay = null,
    bool? ClosedToArrival = null,
    bool? ClosedToDeparture = null,
    bool ClearPrice = false)
{
    /// <summary>The night with the new values.</summary>
    public Night Apply(Night night) => night with
    {
        Allotment = Allotment ?? night.Allotment,
        Sold = Sold ?? night.Sold,
        PriceCents = ClearPrice ? 0 : Price is { } price ? (int)decimal.Round(price * 100) : night.PriceCents,
        MinStay = MinStay ?? night.MinStay,
        MaxStay = MaxStay ?? night.MaxStay,
        Flags = Flag(night, NightFlags.Closed, !IsOpen)
            | Flag(night, NightFlags.ClosedToArrival, ClosedToArrival)
            | Flag(night, NightFlags.ClosedToDeparture, ClosedToDeparture)
            | Flag(night, NightFlags.Unpriced, ClearPrice ? true : Price is null ? null : false),
    };

    private static NightFlags Flag(Night night, NightFlags flag, bool? set) => set switch
    {
        true => flag,
        false => NightFlags.None,
        null => night.Flags & flag,
    };
}

/// <summary>New values of a property; what is null stays.</summary>
internal sealed record PropertyOrder(
    string? Name = null,
    string? Description = null,
    bool? Active = null,
    decimal? CleaningFee = null,
    string? CancellationPolicy = null,
    IReadOnlyList<string>? Amenities = null,
    decimal? Rating = null,
    int? Reviews = null,
    IReadOnlyList<Season>? RatePlans = null)
{
    /// <summary>The property with the new values.</summary>
    public Property Apply(Property property) => property with
    {
        Name = Name ?? property.Name,
        Description = Description ?? property.Description,
        Active = Active ?? property.Active,
        CleaningFee = CleaningFee ?? property.CleaningFee,
        CancellationPolicy = CancellationPolicy ?? property.CancellationPolicy,
        Amenities = Amenities ?? property.Amenities,
        Rating = Rating ?? property.Rating,
        Reviews = Reviews ?? property.Reviews,
        RatePlans = RatePlans ?? property.RatePlans,
    };
}

/// <summary>New values of a room type; what is null stays.</summary>
internal sealed record RoomTypeOrder(
    string? Name = null, bool? Active = null, int? MaxOccupancy = null, int? BaseCapacity = null, decimal? BasePrice = null, decimal? ExtraGuestFee = null,
    IReadOnlyList<Season>? RatePlans = null)
{
    /// <summary>The room type with the new values.</summary>
    public RoomType Apply(RoomType type) => type with
    {
        Name = Name ?? type.Name,
        Active = Active ?? type.Active,
        MaxOccupancy = MaxOccupancy ?? type.MaxOccupancy,
        BaseCapacity = BaseCapacity ?? type.BaseCapacity,
        RatePlan = type.RatePlan with
        {
            BasePrice = BasePrice ?? type.RatePlan.BasePrice,
            ExtraGuestFee = ExtraGuestFee ?? type.RatePlan.ExtraGuestFee,
        },
        RatePlans = RatePlans ?? type.RatePlans,
    };
}

/// <summary>JSON of the Host's control API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CityState[]))]
[JsonSerializable(typeof(StoredBooking[]))]
[JsonSerializable(typeof(ManualBooking))]
[JsonSerializable(typeof(NightOrder))]
[JsonSerializable(typeof(PropertyOrder))]
[JsonSerializable(typeof(RoomTypeOrder))]
internal sealed partial class HostControlJson : JsonSerializerContext;
