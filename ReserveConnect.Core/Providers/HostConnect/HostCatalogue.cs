using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>One page of a list of the Host.</summary>
/// <param name="Items">The page's items, in the Host's order.</param>
/// <param name="NextCursor">What to ask the next page with; null on the last.</param>
/// <param name="Version">The Host's change version that the list stands for: the next sync asks from here.</param>
public sealed record HostPage<T>(IReadOnlyList<T> Items, string? NextCursor, long Version)
{
    /// <summary>What of the page could not be read; the rest of it is in <see cref="Items"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<BrokenRecord> Broken { get; init; } = [];
}

/// <summary>A property as the Host knows it.</summary>
/// <param name="Rating">0 to 5; null without reviews.</param>
/// <param name="CancellationPolicy"><c>flexible</c>, <c>moderate</c>, <c>strict</c>, <c>non_refundable</c>.</param>
/// <param name="CleaningFee">Per stay, in <paramref name="Currency"/>.</param>
/// <param name="Active">False: no longer sold.</param>
/// <param name="Version">The Host's change version of this property.</param>
/// <param name="RatePlans">Seasons of all its room types; null: none.</param>
public sealed record HostProperty(
    Guid Id,
    string City,
    string Name,
    string? Slug,
    string? Description,
    string? Address,
    string? PostalCode,
    decimal? Latitude,
    decimal? Longitude,
    string? PropertyType,
    string? Email,
    string? Phone,
    IReadOnlyList<string> Amenities,
    IReadOnlyList<string> Images,
    decimal? Rating,
    int Reviews,
    string CancellationPolicy,
    decimal CleaningFee,
    string Currency,
    bool Active,
    long Version,
    IReadOnlyList<HostSeason>? RatePlans = null);

/// <summary>A room type (what is sold by the night) as the Host knows it.</summary>
/// <param name="MaxOccupancy">Guests it takes at most.</param>
/// <param name="BaseCapacity">Guests the price of a night is for.</param>
/// <param name="Version">The Host's change version of this room type.</param>
/// <param name="RatePlan">In force where no season is.</param>
/// <param name="RatePlans">Its own seasons, which go before the property's; null: none.</param>
public sealed record HostRoomType(
    Guid Id,
    Guid PropertyId,
    string Name,
    string? Description,
    int MaxOccupancy,
    int BaseCapacity,
    IReadOnlyList<HostBed> Beds,
    decimal? SizeM2,
    IReadOnlyList<string> Amenities,
    IReadOnlyList<string> Images,
    bool Active,
    long Version,
    HostRatePlan RatePlan,
    IReadOnlyList<HostSeason>? RatePlans = null);

/// <summary>Beds of one kind in a room type.</summary>
public sealed record HostBed(string Kind, int Count);

/// <summary>What a night costs where the calendar names no price, and what changes it.</summary>
/// <param name="BasePrice">Per night.</param>
/// <param name="ExtraGuestFee">Per night and guest above the base capacity.</param>
/// <param name="LengthOfStayDiscounts">The longest stay reached counts.</param>
public sealed record HostRatePlan(
    decimal BasePrice,
    decimal ExtraGuestFee,
    IReadOnlyList<HostLengthOfStayDiscount> LengthOfStayDiscounts);

/// <summary>A rate plan for part of the year, of a room type or of a whole property.</summary>
/// <param name="ValidFrom">First local date that it is in force on; null: since ever, where there is a last one.</param>
/// <param name="ValidTo">Last local date that it is in force on; null: for ever, where there is a first one.</param>
/// <param name="BasePrice">Per night; null: the room type's.</param>
/// <param name="ExtraGuestFee">Per night and guest above the base capacity; null: the room type's.</param>
/// <param name="LengthOfStayDiscounts">The longest stay reached counts; null: the room type's, empty: none.</param>
/// <param name="BaseCapacity">Guests the price of a night is for; null: the room type's.</param>
/// <param name="CleaningFee">Per stay; null: the property's.</param>
public sealed record HostSeason(
    string Name,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    decimal? BasePrice = null,
    decimal? ExtraGuestFee = null,
    IReadOnlyList<HostLengthOfStayDiscount>? LengthOfStayDiscounts = null,
    int? BaseCapacity = null,
    decimal? CleaningFee = null);

/// <summary>A discount from a number of nights on.</summary>
/// <param name="MinNights">From how many nights.</param>
/// <param name="Percent">0 to 100.</param>
public sealed record HostLengthOfStayDiscount(int MinNights, decimal Percent);
