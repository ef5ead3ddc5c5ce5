using System.Collections.Frozen;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// A city's units with their nights in memory. Searching asks no database; the hold in the database stays the only
/// truth. Nights are replaced unit by unit while searches run; everything else is fixed until the index is rebuilt.
/// </summary>
public sealed class CityIndex
{
    private readonly FrozenDictionary<Guid, int> _units;
    private readonly NightBits _bits;

    /// <param name="properties">In the order of their ids.</param>
    /// <param name="units">In the order of their properties, then of their ids.</param>
    internal CityIndex(
        SearchCity city, DateOnly firstDay, int days, AmenityCodes amenities, IReadOnlyList<PropertyCard> properties, IndexedUnit[] units)
    {
        City = city;
        FirstDay = firstDay;
        Days = days;
        Amenities = amenities;
        Types = Numbered(properties.Select(p => p.PropertyType), StringComparer.OrdinalIgnoreCase);
        Policies = Numbered(properties.Select(p => p.CancellationPolicy), StringComparer.Ordinal);
        Properties = [.. properties.Select(p => new IndexedProperty(
            p,
            (short)Types.FindIndex(type => string.Equals(type, p.PropertyType, StringComparison.OrdinalIgnoreCase)),
            (short)Policies.IndexOf(p.CancellationPolicy),
            p.Rating is { } rating ? IndexedProperty.Hundredths(rating) : (short)-1,
            IndexedProperty.PopularityOf(p.Rating, p.ReviewsCount)))];
        UnitsInOrder = units;
        _units = Enumerable.Range(0, units.Length).ToFrozenDictionary(i => units[i].Offer.UnitId);
        _bits = new NightBits(days, units.Length);
        for (var i = 0; i < units.Length; i++)
        {
            _bits.Set(i, units[i].Nights);
        }

        var names = units.ToLookup(u => u.Property, u => u.Offer.UnitName);
        Text = new TextIndex();
        for (var i = 0; i < Properties.Length; i++)
        {
            Text.Add(i, properties[i].Name, properties[i].PropertyType, properties[i].Address, names[i]);
        }
    }

    /// <summary>The city.</summary>
    public SearchCity City { get; }

    /// <summary>Local date of the first day in the index.</summary>
    public DateOnly FirstDay { get; }

    /// <summary>Days that the index has.</summary>
    public int Days { get; }

    /// <summary>Number of units.</summary>
    public int Units => UnitsInOrder.Length;

    /// <summary>Bytes that all nights take.</summary>
    public long NightBytes => _bits.Bytes + UnitsInOrder.Sum(u => (long)u.Nights.Bytes);

    internal AmenityCodes Amenities { get; }

    internal List<string> Types { get; }

    internal List<string> Policies { get; }

    internal IndexedProperty[] Properties { get; }

    internal IndexedUnit[] UnitsInOrder { get; }

    internal NightBits Bits => _bits;

    internal TextIndex Text { get; }

    /// <summary>The properties that can be had, each with its cheapest stay: one page.</summary>
    public SearchResult Search(StaySearch search) => new StaySearcher(this, search).Run();

    /// <summary>The properties of the catalogue, whether or not they can be had: one page.</summary>
    public CatalogueResult List(CatalogueQuery query) => CatalogueLister.List(this, query);

    /// <summary>The price of a stay in a unit, if the index believes it can be had; else null.</summary>
    internal decimal? Total(Guid unitId, DateOnly checkIn, DateOnly checkOut, int guests) =>
        Unit(unitId) is { } unit && guests <= unit.MaxOccupancy
            && StayTotal.Of(unit, FirstDay, checkIn.DayNumber - FirstDay.DayNumber, checkOut.DayNumber - checkIn.DayNumber, guests) is { } cents
            ? cents / 100m
            : null;

    /// <summary>A unit of the city; null if there is none of that id.</summary>
    internal IndexedUnit? Unit(Guid unitId) => _units.TryGetValue(unitId, out var number) ? UnitsInOrder[number] : null;

    /// <summary>Replaces the nights of a unit. One writer at a time.</summary>
    internal void SetNights(Guid unitId, UnitNights nights)
    {
        var number = _units[unitId];
        UnitsInOrder[number].Nights = nights;
        _bits.Set(number, nights);
    }

    /// <summary>The units of a property.</summary>
    internal IEnumerable<IndexedUnit> UnitsOf(Guid propertyId) => UnitsInOrder.Where(u => u.Offer.PropertyId == propertyId);

    private static List<string> Numbered(IEnumerable<string> values, StringComparer comparer) => [.. values.Distinct(comparer).Order(comparer)];
}

/// <summary>A city as the search knows it.</summary>
public sealed record SearchCity(Guid Id, string Slug, string TimeZone, string Currency);
