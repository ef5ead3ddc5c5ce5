using System.Collections.Frozen;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// A city's units with their nights in memory. Searching asks no database; the hold in the database stays the only
/// truth. Nights are replaced unit by unit while searches run; everything else is fixed until the index is rebuilt.
/// </summary>
public sealed class CityIndex
{
    private readonly IndexedProperty[] _properties;
    private readonly FrozenDictionary<Guid, IndexedUnit> _units;

    internal CityIndex(SearchCity city, DateOnly firstDay, IReadOnlyList<IndexedProperty> properties)
    {
        City = city;
        FirstDay = firstDay;
        _properties = [.. properties];
        _units = properties.SelectMany(p => p.Units).ToFrozenDictionary(u => u.Offer.UnitId);
    }

    /// <summary>The city.</summary>
    public SearchCity City { get; }

    /// <summary>Local date of the first day in the index.</summary>
    public DateOnly FirstDay { get; }

    /// <summary>Number of units.</summary>
    public int Units => _units.Count;

    /// <summary>Bytes that all nights take.</summary>
    public long NightBytes => _units.Values.Sum(u => (long)u.Nights.Bytes);

    /// <summary>The properties that can be had, with their cheapest fitting unit: one page.</summary>
    public SearchResult Search(StaySearch search)
    {
        var first = search.CheckIn.DayNumber - FirstDay.DayNumber;
        var filter = new PropertyFilter(search.Text, search.Amenities, search.PropertyType);
        List<SearchHit> hits = [];
        foreach (var property in _properties)
        {
            if (filter.Fits(property) && Cheapest(property, filter, search, first) is { } hit)
            {
                hits.Add(hit);
            }
        }

        var count = hits.Count;
        var (page, next) = SearchOrder.Page(hits, hit => hit.Place, search.Sort, search.After, search.Limit);
        return new SearchResult(page, count, next);
    }

    /// <summary>The properties of the catalogue, whether or not they can be had: one page.</summary>
    public CatalogueResult List(CatalogueQuery query)
    {
        var filter = new PropertyFilter(query.Text, query.Amenities, query.PropertyType);
        List<CatalogueEntry> entries = [];
        foreach (var property in _properties)
        {
            if (filter.Fits(property) && query.Box.Contains(property.Card) && CatalogueEntry.Of(property, filter, query.Guests) is { } entry)
            {
                entries.Add(entry);
            }
        }

        var count = entries.Count;
        var (page, next) = SearchOrder.Page(entries, entry => entry.Place, query.Sort, query.After, query.Limit);
        return new CatalogueResult(page, count, next);
    }

    /// <summary>The price of a stay in a unit, if the index believes it can be had; else null.</summary>
    internal decimal? Total(Guid unitId, DateOnly checkIn, DateOnly checkOut, int guests) =>
        _units.TryGetValue(unitId, out var unit)
            ? Total(unit, checkIn, checkIn.DayNumber - FirstDay.DayNumber, checkOut.DayNumber - checkIn.DayNumber, guests)
            : null;

    /// <summary>A unit of the city; null if there is none of that id.</summary>
    internal IndexedUnit? Unit(Guid unitId) => _units.GetValueOrDefault(unitId);

    /// <summary>The units of a property.</summary>
    internal IReadOnlyList<IndexedUnit> UnitsOf(Guid propertyId) =>
        _properties.FirstOrDefault(p => p.Card.Id == propertyId)?.Units ?? [];

    private static SearchHit? Cheapest(IndexedProperty property, PropertyFilter filter, StaySearch search, int first)
    {
        IndexedUnit? best = null;
        var least = decimal.MaxValue;
        foreach (var unit in property.Units)
        {
            if (filter.Fits(property, unit) && Total(unit, search.CheckIn, first, search.Nights, search.Guests) is { } total && total < least
                && total >= (search.PriceMin ?? 0) && total <= (search.PriceMax ?? decimal.MaxValue))
            {
                (best, least) = (unit, total);
            }
        }

        return best is null
            ? null
            : new SearchHit(property.Card, best.Offer.UnitId, best.Offer.UnitName, best.Offer.MaxOccupancy, least, best.Offer.Plans.On(search.CheckIn).Currency);
    }

    private static decimal? Total(IndexedUnit unit, DateOnly checkIn, int first, int nights, int guests)
    {
        if (guests > unit.Offer.MaxOccupancy || unit.Nights.Sum(first, nights) is not { } cents)
        {
            return null;
        }

        var total = Pricing.Stay(unit.Offer.Plans, unit.Offer.Taxes, checkIn, nights, guests, cents).Total;
        return total > 0 ? total : null;
    }
}

/// <summary>A city as the search knows it.</summary>
public sealed record SearchCity(Guid Id, string Slug, string TimeZone, string Currency);

/// <summary>A property in the index.</summary>
/// <param name="SearchText">Name, type and address, folded.</param>
internal sealed record IndexedProperty(
    PropertyCard Card, string SearchText, FrozenSet<string> Amenities, IReadOnlyList<IndexedUnit> Units);

/// <summary>A unit in the index. Its nights are replaced as a whole.</summary>
internal sealed class IndexedUnit(UnitOffer offer, FrozenSet<string> amenities, UnitNights nights)
{
    private UnitNights _nights = nights;

    public UnitOffer Offer => offer;

    /// <summary>Folded.</summary>
    public FrozenSet<string> Amenities => amenities;

    public UnitNights Nights
    {
        get => Volatile.Read(ref _nights);
        set => Volatile.Write(ref _nights, value);
    }
}
