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
    private readonly UnitNights[] _nights;

    /// <param name="properties">In the order of their ids.</param>
    /// <param name="units">In the order of their properties, then of their ids, each with the codes of its own amenities.</param>
    /// <param name="nights">Of each unit.</param>
    internal CityIndex(
        SearchCity city, DateOnly firstDay, int days, AmenityCodes amenities, IReadOnlyList<PropertyCard> properties,
        IReadOnlyList<(UnitOffer Offer, string[] Amenities)> units, UnitNights[] nights)
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
        var numbers = properties.Select((p, i) => (p.Id, i)).ToDictionary(p => p.Id, p => p.i);
        var ofProperty = properties.Select(p => amenities.Set(p.Amenities)).ToArray();
        UnitsInOrder = [.. units.Select((u, i) => new IndexedUnit(numbers[u.Offer.PropertyId], i, u.Offer))];
        Facts = [.. units.Select((u, i) => new UnitFacts(
            UnitsInOrder[i].Property, u.Offer.MaxOccupancy, u.Offer.Plans.IsSingle, ofProperty[UnitsInOrder[i].Property] | amenities.Set(u.Amenities),
            u.Offer.Plans.Standard.Price, u.Offer.Taxes))];
        _units = UnitsInOrder.ToFrozenDictionary(u => u.Offer.UnitId, u => u.Number);
        _nights = nights;
        _bits = new NightBits(days, nights.Length);
        for (var i = 0; i < nights.Length; i++)
        {
            _bits.Set(i, nights[i]);
        }

        var names = UnitsInOrder.ToLookup(u => u.Property, u => u.Offer.UnitName);
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
    public long NightBytes => _bits.Bytes + _nights.Sum(n => (long)n.Bytes);

    internal AmenityCodes Amenities { get; }

    internal List<string> Types { get; }

    internal List<string> Policies { get; }

    internal IndexedProperty[] Properties { get; }

    internal IndexedUnit[] UnitsInOrder { get; }

    internal UnitFacts[] Facts { get; }

    internal NightBits Bits => _bits;

    internal TextIndex Text { get; }

    /// <summary>The properties that can be had, each with its cheapest stay: one page.</summary>
    /// <param name="today">Today in the city, where it is later than the first day of an index of yesterday.</param>
    public SearchResult Search(StaySearch search, DateOnly? today = null) => new StaySearcher(this, search, today ?? FirstDay).Run();

    /// <summary>The properties of the catalogue, whether or not they can be had: one page.</summary>
    public CatalogueResult List(CatalogueQuery query) => CatalogueLister.List(this, query);

    /// <summary>The price of a stay in a unit, if the index believes it can be had; else null.</summary>
    internal decimal? Total(Guid unitId, DateOnly checkIn, DateOnly checkOut, int guests) =>
        Unit(unitId) is { } unit && guests <= unit.Offer.MaxOccupancy
            && Total(unit.Number, checkIn.DayNumber - FirstDay.DayNumber, checkOut.DayNumber - checkIn.DayNumber, guests) is { } cents
            ? Cents.Amount(cents)
            : null;

    /// <summary>The total of a stay in cents if it is sold; else null.</summary>
    /// <param name="unit">Number of the unit.</param>
    /// <param name="first">Day of arrival, counted from the index's first day.</param>
    internal long? Total(int unit, int first, int nights, int guests) =>
        Nights(unit).Sum(first, nights) is { } cents ? Total(unit, first, nights, guests, cents) : null;

    /// <summary>The total in cents of nights with this sum; null when they cost nothing. By the same function as the quote.</summary>
    internal long? Total(int unit, int first, int nights, int guests, long cents)
    {
        ref readonly var facts = ref Facts[unit];
        var price = facts.IsSingle
            ? Pricing.Stay(facts.Price, facts.Taxes, nights, checked(facts.Price.SupplementCents(guests) * nights), cents)
            : Pricing.Stay(UnitsInOrder[unit].Offer.Plans, facts.Taxes, FirstDay.AddDays(first), nights, guests, cents);
        return price.IsSold ? price.TotalCents : null;
    }

    /// <summary>The nights of a unit as they are now.</summary>
    internal UnitNights Nights(int unit) => _nights[unit];

    /// <summary>A unit of the city; null if there is none of that id.</summary>
    internal IndexedUnit? Unit(Guid unitId) => _units.TryGetValue(unitId, out var number) ? UnitsInOrder[number] : null;

    /// <summary>Replaces the nights of a unit. One writer at a time.</summary>
    internal void SetNights(Guid unitId, UnitNights nights)
    {
        var number = _units[unitId];
        _nights[number] = nights;
        _bits.Set(number, nights);
    }

    /// <summary>The units of a property.</summary>
    internal IEnumerable<IndexedUnit> UnitsOf(Guid propertyId) => UnitsInOrder.Where(u => u.Offer.PropertyId == propertyId);

    private static List<string> Numbered(IEnumerable<string> values, StringComparer comparer) => [.. values.Distinct(comparer).Order(comparer)];
}

/// <summary>A city as the search knows it.</summary>
public sealed record SearchCity(Guid Id, string Slug, string TimeZone, string Currency);
