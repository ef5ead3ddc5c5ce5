using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A property of the Host as it goes into <c>properties_map</c>.</summary>
internal sealed record PropertyRow(
    Guid Id,
    Guid HostPropertyId,
    string Name,
    string Slug,
    string Description,
    string PropertyType,
    string? Address,
    string? PostalCode,
    double? Latitude,
    double? Longitude,
    string? Email,
    string? Phone,
    string[] Amenities,
    string[] AmenitiesUnknown,
    string[] Images,
    decimal? Rating,
    int Reviews,
    string CancellationPolicy,
    decimal CleaningFee,
    string Currency,
    bool IsActive,
    long HostVersion,
    SeasonRow[] Seasons)
{
    private const int LongestText = 300;
    private static readonly HashSet<string> Policies = ["flexible", "moderate", "strict", "non_refundable"];

    /// <summary>The row of a property, or why it is refused.</summary>
    /// <param name="city">The city that was asked for: its code and its currency.</param>
    /// <param name="vocabulary">What its amenities are called here.</param>
    public static Checked<PropertyRow> From(
        HostProperty property, SyncCity city, AmenityVocabulary vocabulary, InventoryOptions options, DateTimeOffset now)
    {
        if (Refuse(property, city, options) is { } reason)
        {
            return Checked<PropertyRow>.Refused(reason);
        }

        var amenities = vocabulary.Map(property.Amenities, options.MostListed);
        return new(
            new PropertyRow(
                Guid.CreateVersion7(now),
                property.Id,
                property.Name.Trim(),
                Inventory.Slug.Of(string.IsNullOrWhiteSpace(property.Slug) ? property.Name : property.Slug),
                property.Description ?? "",
                string.IsNullOrWhiteSpace(property.PropertyType) ? "other" : property.PropertyType.Trim(),
                property.Address,
                property.PostalCode,
                (double?)property.Latitude,
                (double?)property.Longitude,
                property.Email,
                property.Phone,
                amenities.Codes,
                amenities.Unknown,
                ImageUrls.Of(property.Images, options.MostListed),
                property.Rating is { } rating ? decimal.Round(rating, 2) : null,
                property.Reviews,
                property.CancellationPolicy,
                property.CleaningFee,
                property.Currency,
                property.Active,
                property.Version,
                SeasonRow.From(property.RatePlans, now)),
            null);
    }

    private static string? Refuse(HostProperty property, SyncCity city, InventoryOptions options)
    {
        if (property.City != city.Slug)
        {
            return "unknown_city";
        }

        if (!HostRecords.IsName(property.Name))
        {
            return "invalid_name";
        }

        string?[] texts = [property.Slug, property.PropertyType, property.Address, property.PostalCode, property.Email, property.Phone];
        if (!HostRecords.IsText(property.Name) || !HostRecords.IsText(property.Description) || !texts.All(HostRecords.IsText))
        {
            return "invalid_text";
        }

        if (property.Description?.Length > options.LongestDescription || texts.Any(text => text?.Length > LongestText))
        {
            return "oversize";
        }

        if (property.Latitude is < -90 or > 90 || property.Longitude is < -180 or > 180
            || property.Latitude is null != property.Longitude is null)
        {
            return "invalid_coordinates";
        }

        if (property.Rating is < 0 or > 5 || property.Reviews < 0)
        {
            return "invalid_rating";
        }

        if (!HostRecords.IsPrice(property.CleaningFee))
        {
            return "invalid_price";
        }

        if (property.Currency != city.Currency)
        {
            return "wrong_currency";
        }

        return Policies.Contains(property.CancellationPolicy) ? SeasonRow.Refuse(property.RatePlans) : "unknown_cancellation_policy";
    }
}
