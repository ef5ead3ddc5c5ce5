using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>A property as Host Connect tells it; fields as in docs/contracts/host-connect.yaml.</summary>
internal sealed record Property(
    Guid Id,
    string City,
    string Name,
    string? Slug,
    string Description,
    string? Address,
    string? PostalCode,
    decimal Latitude,
    decimal Longitude,
    string PropertyType,
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Season>? RatePlans = null);

/// <summary>A room type as Host Connect tells it.</summary>
internal sealed record RoomType(
    Guid Id,
    Guid PropertyId,
    string Name,
    string Description,
    int MaxOccupancy,
    int BaseCapacity,
    IReadOnlyList<Bed> Beds,
    decimal? SizeM2,
    IReadOnlyList<string> Amenities,
    IReadOnlyList<string> Images,
    bool Active,
    long Version,
    RatePlan RatePlan,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Season>? RatePlans = null);

/// <summary>Beds of one kind.</summary>
internal sealed record Bed(string Kind, int Count);

/// <summary>What a stay costs besides the nights' own prices.</summary>
internal sealed record RatePlan(decimal BasePrice, decimal ExtraGuestFee, IReadOnlyList<LengthOfStayDiscount> LengthOfStayDiscounts);

/// <summary>A rate plan for part of the year. Without dates on one side it has no end there; what is null is as elsewhere.</summary>
internal sealed record Season(
    string Name,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    decimal? BasePrice = null,
    decimal? ExtraGuestFee = null,
    IReadOnlyList<LengthOfStayDiscount>? LengthOfStayDiscounts = null,
    int? BaseCapacity = null,
    decimal? CleaningFee = null);

/// <summary>Discount for stays of at least so many nights.</summary>
internal sealed record LengthOfStayDiscount(int MinNights, decimal Percent);

/// <summary>One page of properties.</summary>
internal sealed record PropertyPage(IReadOnlyList<Property> Items, string? NextCursor, long Version);

/// <summary>One page of room types.</summary>
internal sealed record RoomTypePage(IReadOnlyList<RoomType> Items, string? NextCursor, long Version);

/// <summary>All room types of a property.</summary>
internal sealed record RoomTypeList(IReadOnlyList<RoomType> Items);
