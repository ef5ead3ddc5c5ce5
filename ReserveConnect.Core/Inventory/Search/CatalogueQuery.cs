namespace ReserveConnect.Inventory.Search;

/// <summary>A look through a city's catalogue, without dates.</summary>
/// <param name="Guests">A unit must take as many.</param>
/// <param name="PriceMin">Of the lowest base price of a night among the units that fit.</param>
/// <param name="PriceMax">Of the lowest base price of a night among the units that fit.</param>
/// <param name="Sort">By the lowest base price, by rating, by distance or by relevance.</param>
/// <param name="Seen">Properties of earlier pages.</param>
public sealed record CatalogueQuery(
    string City,
    CatalogueFilter Filter,
    int Guests,
    decimal? PriceMin,
    decimal? PriceMax,
    SearchSort Sort,
    int Limit,
    SeenProperties Seen);

/// <summary>A property of the catalogue.</summary>
/// <param name="Units">How many of its units fit.</param>
/// <param name="MaxOccupancy">Most guests that one of these units takes.</param>
/// <param name="PriceFrom">Lowest base price of a night among the units that fit.</param>
/// <param name="DistanceM">Metres from the point of the filter.</param>
public sealed record CatalogueEntry(PropertyCard Property, int Units, int MaxOccupancy, decimal PriceFrom, string Currency, long? DistanceM);

/// <summary>One page of the catalogue.</summary>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="Next">What the next page leaves out; null on the last.</param>
public sealed record CatalogueResult(IReadOnlyList<CatalogueEntry> Entries, int TotalCount, SeenProperties? Next);
