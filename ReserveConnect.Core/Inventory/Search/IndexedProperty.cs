using System.Collections.Immutable;

namespace ReserveConnect.Inventory.Search;

/// <summary>What the search looks at in a property, side by side with that of its neighbours.</summary>
/// <param name="Type">Number of its type in the city.</param>
/// <param name="Policy">Number of its cancellation policy in the city.</param>
/// <param name="Rating">Hundredths; -1 without one.</param>
/// <param name="Popularity">Points of an order by relevance without a text.</param>
internal readonly record struct IndexedProperty(PropertyCard Card, short Type, short Policy, short Rating, int Popularity)
{
    /// <summary>Reviews of 4.00 that every property is given on top of its own (docs/search.md, 'Order').</summary>
    private const int GivenReviews = 20;

    /// <summary>Points of a property in an order by relevance without a text.</summary>
    public static int PopularityOf(decimal? rating, int reviews) => rating is { } stars
        ? (int)(((Hundredths(stars) * (long)reviews) + (400 * GivenReviews)) / (reviews + GivenReviews))
        : 0;

    /// <summary>A rating in hundredths.</summary>
    public static short Hundredths(decimal rating) => (short)(rating * 100);
}

/// <summary>A unit in the index.</summary>
/// <param name="Property">Number of its property in the index.</param>
/// <param name="Number">Its own number there.</param>
internal sealed record IndexedUnit(int Property, int Number, UnitOffer Offer);

/// <summary>What the search looks at in a unit apart from its nights, side by side with that of its neighbours.</summary>
/// <param name="Property">Number of its property in the index.</param>
/// <param name="Amenities">Its own and its property's.</param>
/// <param name="IsSingle">Whether one rate plan is in force whatever the dates, and this is its <paramref name="Price"/>.</param>
internal readonly record struct UnitFacts(
    int Property, int MaxOccupancy, bool IsSingle, AmenitySet Amenities, PlanPrice Price, ImmutableArray<TaxRate> Taxes);
