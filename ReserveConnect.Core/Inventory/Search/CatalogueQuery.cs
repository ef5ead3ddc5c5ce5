namespace ReserveConnect.Inventory.Search;

/// <summary>A look through a city's catalogue, without dates.</summary>
/// <param name="Guests">A unit must take as many.</param>
/// <param name="Box">Where the property must be.</param>
/// <param name="Sort">By the lowest base price of a unit, or by rating.</param>
public sealed record CatalogueQuery(
    string City,
    string? Text,
    IReadOnlyList<string> Amenities,
    string? PropertyType,
    int Guests,
    GeoBox Box,
    SearchSort Sort,
    int Limit,
    SearchPlace? After);

/// <summary>A rectangle on the map, in degrees. A box that crosses the date line has its west east of its east.</summary>
public sealed record GeoBox(double South, double West, double North, double East)
{
    /// <summary>The whole map, and whatever has no coordinates.</summary>
    public static GeoBox Everywhere { get; } = new(-90, -180, 90, 180);

    /// <summary>Whether a property lies in the box.</summary>
    public bool Contains(PropertyCard property)
    {
        if (this == Everywhere)
        {
            return true;
        }

        if (property.Latitude is not { } latitude || property.Longitude is not { } longitude || latitude < South || latitude > North)
        {
            return false;
        }

        return West <= East ? longitude >= West && longitude <= East : longitude >= West || longitude <= East;
    }
}

/// <summary>A property of the catalogue.</summary>
/// <param name="PriceFrom">Lowest base price of a night among the units that fit.</param>
/// <param name="MaxOccupancy">Most guests that one of these units takes.</param>
public sealed record CatalogueEntry(PropertyCard Property, int Units, int MaxOccupancy, decimal PriceFrom, string Currency)
{
    /// <summary>Where it stands in a result.</summary>
    internal SearchPlace Place => new(Property.Rating ?? -1, PriceFrom, Property.Id);

    /// <summary>The entry of a property; null when none of its units fits.</summary>
    internal static CatalogueEntry? Of(IndexedProperty property, PropertyFilter filter, int guests)
    {
        var fitting = property.Units.Where(u => u.Offer.MaxOccupancy >= guests && filter.Fits(property, u)).ToList();
        return fitting.Count == 0
            ? null
            : new CatalogueEntry(
                property.Card, fitting.Count, fitting.Max(u => u.Offer.MaxOccupancy),
                fitting.Min(u => u.Offer.Plans.Standard.BasePrice), fitting[0].Offer.Plans.Standard.Currency);
    }
}

/// <summary>One page of the catalogue.</summary>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record CatalogueResult(IReadOnlyList<CatalogueEntry> Entries, int TotalCount, SearchPlace? Next);
