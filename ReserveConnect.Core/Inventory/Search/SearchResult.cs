namespace ReserveConnect.Inventory.Search;

/// <summary>One page of a search.</summary>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="Next">What the next page leaves out; null on the last.</param>
/// <param name="Facets">When they were asked for.</param>
/// <param name="NearFits">When they were asked for.</param>
public sealed record SearchResult(
    IReadOnlyList<SearchHit> Hits, int TotalCount, SeenProperties? Next, SearchFacets? Facets, IReadOnlyList<NearFit>? NearFits);

/// <summary>A property with the cheapest stay that fits.</summary>
/// <param name="CheckIn">Day of arrival, the one asked for or the cheapest of the window.</param>
/// <param name="Total">The exact price of the stay, in <paramref name="Currency"/>.</param>
/// <param name="DistanceM">Metres from the point of the filter.</param>
public sealed record SearchHit(
    PropertyCard Property, Guid UnitId, string UnitName, int MaxOccupancy, DateOnly CheckIn, DateOnly CheckOut, decimal Total, string Currency,
    long? DistanceM);

/// <summary>
/// How many properties there would be with another filter. Each list but the amenities leaves its own filter out, so that
/// it says what choosing another value would bring.
/// </summary>
/// <param name="Amenities">By code: properties of this result that have it, most first.</param>
/// <param name="Ratings">Properties with at least this rating, from 3 up in halves.</param>
/// <param name="Price">Lowest and highest total; null when nothing is left.</param>
public sealed record SearchFacets(
    IReadOnlyList<FacetCount> Amenities,
    IReadOnlyList<FacetCount> PropertyTypes,
    IReadOnlyList<FacetCount> CancellationPolicies,
    IReadOnlyList<RatingCount> Ratings,
    PriceSpan? Price)
{
    /// <summary>The ratings that are counted.</summary>
    public static IReadOnlyList<decimal> RatingSteps { get; } = [3.0m, 3.5m, 4.0m, 4.5m];
}

/// <summary>A value of a filter and how many properties have it; values that nobody has are left out.</summary>
public sealed record FacetCount(string Value, int Count);

/// <summary>How many properties have at least this rating.</summary>
public sealed record RatingCount(decimal RatingMin, int Count);

/// <summary>Lowest and highest total.</summary>
public sealed record PriceSpan(decimal Min, decimal Max);

/// <summary>A property that cannot be had on the dates for one reason only.</summary>
/// <param name="Night">Of <see cref="NearFitReason.NightMissing"/>: the night that is not for sale.</param>
/// <param name="MinNights">Of <see cref="NearFitReason.MinimumStay"/>: how long a stay must be that arrives on this day.</param>
/// <param name="MaxNights">Of <see cref="NearFitReason.MaximumStay"/>: how long it may be.</param>
public sealed record NearFit(
    PropertyCard Property, Guid UnitId, string UnitName, NearFitReason Reason, DateOnly? Night, int? MinNights, int? MaxNights)
{
    /// <summary>How many a search names.</summary>
    public const int Most = 10;
}

/// <summary>The one thing that is wrong, the easiest to mend first.</summary>
public enum NearFitReason
{
    /// <summary>One night of the stay is not for sale.</summary>
    NightMissing,

    /// <summary>The stay is too short for its day of arrival.</summary>
    MinimumStay,

    /// <summary>The stay is too long for its day of arrival.</summary>
    MaximumStay,

    /// <summary>Nobody may arrive on that day.</summary>
    ClosedToArrival,

    /// <summary>Nobody may leave on that day.</summary>
    ClosedToDeparture,
}
