namespace ReserveConnect.Inventory.Search;

/// <summary>What is asked of a property and its units apart from nights, party and price.</summary>
/// <param name="Text">Words that names, type or address must have; see <see cref="TextIndex"/>.</param>
/// <param name="Amenities">Codes of the standard vocabulary; the unit or its property must have them all.</param>
/// <param name="PropertyTypes">One of these; empty: any.</param>
/// <param name="CancellationPolicies">One of these; empty: any.</param>
/// <param name="RatingMin">0 to 5; a property without reviews has none.</param>
/// <param name="Box">Where the property must be; null: anywhere, or nobody knows where.</param>
/// <param name="Point">What distances are measured from.</param>
/// <param name="RadiusKm">Farthest from <paramref name="Point"/>.</param>
public sealed record CatalogueFilter(
    string? Text,
    IReadOnlyList<string> Amenities,
    IReadOnlyList<string> PropertyTypes,
    IReadOnlyList<string> CancellationPolicies,
    decimal? RatingMin,
    GeoBox? Box,
    GeoPoint? Point,
    decimal? RadiusKm)
{
    /// <summary>Lets everything pass.</summary>
    public static CatalogueFilter None { get; } = new(null, [], [], [], null, null, null, null);
}
