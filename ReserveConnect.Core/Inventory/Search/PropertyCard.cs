using System.Text.Json.Serialization;

namespace ReserveConnect.Inventory.Search;

/// <summary>What a list shows of a property.</summary>
/// <param name="Rating">0 to 5; null without reviews.</param>
/// <param name="Amenities">Codes of the standard vocabulary.</param>
/// <param name="Images">The first few.</param>
public sealed record PropertyCard(
    Guid Id,
    string Slug,
    string Name,
    string PropertyType,
    string? Address,
    double? Latitude,
    double? Longitude,
    decimal? Rating,
    int ReviewsCount,
    string CancellationPolicy,
    IReadOnlyList<string> Amenities,
    IReadOnlyList<string> Images)
{
    /// <summary>Images on a card.</summary>
    internal const int MostImages = 5;

    /// <summary>The property's number, small and fixed: what a cursor remembers it by.</summary>
    [JsonIgnore]
    public int Number { get; init; }
}
