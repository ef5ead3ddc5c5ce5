using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A room type of the Host as it goes into <c>unit_map</c> and <c>rate_plans</c>.</summary>
internal sealed record RoomTypeRow(
    Guid Id,
    Guid RatePlanId,
    Guid HostUnitId,
    Guid HostPropertyId,
    string Name,
    string Slug,
    string Description,
    int MaxOccupancy,
    int BaseCapacity,
    int? SizeM2,
    IReadOnlyList<HostBed> Beds,
    string[] Amenities,
    string[] AmenitiesUnknown,
    string[] Images,
    bool IsActive,
    long HostVersion,
    decimal BasePrice,
    decimal ExtraGuestFee,
    LengthOfStayDiscount[] Discounts,
    SeasonRow[] Seasons)
{
    private const int MostGuests = 1_000;

    /// <summary>The row of a room type, or why it is refused.</summary>
    public static Checked<RoomTypeRow> From(HostRoomType type, AmenityVocabulary vocabulary, InventoryOptions options, DateTimeOffset now)
    {
        if (Refuse(type, options) is { } reason)
        {
            return Checked<RoomTypeRow>.Refused(reason);
        }

        var amenities = vocabulary.Map(type.Amenities, options.MostListed);
        return new(
            new RoomTypeRow(
                Guid.CreateVersion7(now),
                Guid.CreateVersion7(now),
                type.Id,
                type.PropertyId,
                type.Name.Trim(),
                Inventory.Slug.Of(type.Name),
                type.Description ?? "",
                type.MaxOccupancy,
                type.BaseCapacity,
                (int?)type.SizeM2,
                type.Beds ?? [],
                amenities.Codes,
                amenities.Unknown,
                ImageUrls.Of(type.Images, options.MostListed),
                type.Active,
                type.Version,
                type.RatePlan.BasePrice,
                type.RatePlan.ExtraGuestFee,
                SeasonRow.DiscountsOf(type.RatePlan.LengthOfStayDiscounts),
                SeasonRow.From(type.RatePlans, now)),
            null);
    }

    private static string? Refuse(HostRoomType type, InventoryOptions options)
    {
        if (!HostRecords.IsName(type.Name))
        {
            return "invalid_name";
        }

        if (!HostRecords.IsText(type.Name) || !HostRecords.IsText(type.Description))
        {
            return "invalid_text";
        }

        if ((type.Beds ?? []).Any(bed => bed is not { Count: >= 1 and <= MostGuests } || !HostRecords.IsName(bed.Kind) || !HostRecords.IsText(bed.Kind)))
        {
            return "invalid_beds";
        }

        if (type.Description?.Length > options.LongestDescription || type.Beds?.Count > options.MostListed)
        {
            return "oversize";
        }

        if (type.MaxOccupancy is < 1 or > MostGuests || type.BaseCapacity < 1 || type.BaseCapacity > type.MaxOccupancy
            || type.SizeM2 is < 0 or > 1_000_000)
        {
            return "invalid_capacity";
        }

        if (type.RatePlan is not { } plan || !HostRecords.IsPrice(plan.BasePrice) || !HostRecords.IsPrice(plan.ExtraGuestFee))
        {
            return "invalid_price";
        }

        return SeasonRow.AreDiscounts(plan.LengthOfStayDiscounts)
            ? SeasonRow.Refuse(type.RatePlans, type.MaxOccupancy)
            : "invalid_discount";
    }
}
