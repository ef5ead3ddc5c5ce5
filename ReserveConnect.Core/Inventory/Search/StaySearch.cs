using System.Text.Json.Serialization;

namespace ReserveConnect.Inventory.Search;

/// <summary>A search for stays in one city. What every parameter means, to the last tie: <c>docs/search.md</c>.</summary>
/// <param name="City">The city's slug.</param>
/// <param name="Dates">When, exactly or within a window.</param>
/// <param name="Children">From 2 years on; they sleep in a bed and count.</param>
/// <param name="Infants">Under 2 years; they count neither for what a unit takes nor for the price.</param>
/// <param name="Filter">What is asked of the property and the unit.</param>
/// <param name="PriceMin">Of the stay's total.</param>
/// <param name="PriceMax">Of the stay's total.</param>
/// <param name="Limit">Properties a page.</param>
/// <param name="Seen">Properties of earlier pages.</param>
/// <param name="WithFacets">Count the filters that could be set next.</param>
/// <param name="WithNearFits">Name properties that miss by one thing; only for exact dates.</param>
public sealed record StaySearch(
    string City,
    StayDates Dates,
    int Adults,
    int Children,
    int Infants,
    CatalogueFilter Filter,
    decimal? PriceMin,
    decimal? PriceMax,
    SearchSort Sort,
    int Limit,
    SeenProperties Seen,
    bool WithFacets = false,
    bool WithNearFits = false)
{
    /// <summary>Everybody who sleeps in a bed.</summary>
    public int Guests => Adults + Children;
}

/// <summary>When a stay is wanted: so many nights between the first arrival and the last departure.</summary>
/// <param name="From">Earliest day of arrival.</param>
/// <param name="To">Latest day of departure.</param>
/// <param name="Nights">Number of nights.</param>
public sealed record StayDates(DateOnly From, DateOnly To, int Nights)
{
    /// <summary>Longest window in days.</summary>
    public const int LongestWindow = 62;

    /// <summary>Exactly these dates.</summary>
    public static StayDates Exactly(DateOnly checkIn, DateOnly checkOut) =>
        new(checkIn, checkOut, checkOut.DayNumber - checkIn.DayNumber) { IsWindow = false };

    /// <summary>Whether earliest arrival, latest departure and nights were asked for, and not one stay by its two dates: a refusal names what was asked.</summary>
    [JsonIgnore]
    public bool IsWindow { get; private init; } = true;

    /// <summary>Whether there is more than one day to arrive on.</summary>
    public bool IsFlexible => To.DayNumber - From.DayNumber > Nights;
}

/// <summary>Order of a result; every order is total.</summary>
public enum SearchSort
{
    /// <summary>Cheapest total first.</summary>
    Price,

    /// <summary>Best rating first; without a rating last.</summary>
    Rating,

    /// <summary>Nearest to the point of the filter first; without coordinates last.</summary>
    Distance,

    /// <summary>What fits the text best; without a text, what guests rated well and often.</summary>
    Relevance,
}
