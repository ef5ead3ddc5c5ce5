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

/// <summary>A unit in the index. Its nights are replaced as a whole.</summary>
/// <param name="property">Number of its property in the index.</param>
/// <param name="amenities">Its own and its property's.</param>
internal sealed class IndexedUnit(int property, UnitOffer offer, AmenitySet amenities, UnitNights nights)
{
    private UnitNights _nights = nights;

    public int Property => property;

    public UnitOffer Offer => offer;

    public AmenitySet Amenities => amenities;

    public int MaxOccupancy { get; } = offer.MaxOccupancy;

    public UnitNights Nights
    {
        get => Volatile.Read(ref _nights);
        set => Volatile.Write(ref _nights, value);
    }
}
