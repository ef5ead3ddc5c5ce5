namespace ReserveConnect.Inventory.Search;

/// <summary>A search for stays in one city.</summary>
/// <param name="City">The city's slug.</param>
/// <param name="Amenities">All of them must be there, at the property or in the unit.</param>
/// <param name="PriceMin">Of the stay's total.</param>
/// <param name="PriceMax">Of the stay's total.</param>
/// <param name="PropertyType">Exactly this type.</param>
/// <param name="Text">Words that name, type or address must contain; accents and case do not matter.</param>
/// <param name="Limit">Properties a page.</param>
/// <param name="After">Only what comes after this place of the list.</param>
public sealed record StaySearch(
    string City,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Adults,
    int Children,
    IReadOnlyList<string> Amenities,
    decimal? PriceMin,
    decimal? PriceMax,
    string? PropertyType,
    string? Text,
    SearchSort Sort,
    int Limit,
    SearchPlace? After)
{
    /// <summary>Number of nights.</summary>
    public int Nights => CheckOut.DayNumber - CheckIn.DayNumber;

    /// <summary>Everybody who sleeps there.</summary>
    public int Guests => Adults + Children;
}

/// <summary>Order of a result; ties are broken by price, then by the property's id.</summary>
public enum SearchSort
{
    /// <summary>Cheapest total first.</summary>
    Price,

    /// <summary>Best rating first; without a rating last.</summary>
    Rating,
}

/// <summary>A place in a sorted result: the last property that was shown.</summary>
public readonly record struct SearchPlace(decimal Rating, decimal Total, Guid PropertyId);

/// <summary>A property with its cheapest unit that fits.</summary>
/// <param name="Total">The exact price of the stay, in <paramref name="Currency"/>.</param>
public sealed record SearchHit(
    PropertyCard Property, Guid UnitId, string UnitName, int MaxOccupancy, decimal Total, string Currency)
{
    /// <summary>Where it stands in a result.</summary>
    internal SearchPlace Place => new(Property.Rating ?? -1, Total, Property.Id);
}

/// <summary>One page of a search.</summary>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record SearchResult(IReadOnlyList<SearchHit> Hits, int TotalCount, SearchPlace? Next);
