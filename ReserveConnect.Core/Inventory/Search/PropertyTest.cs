namespace ReserveConnect.Inventory.Search;

/// <summary>Filters of a search that a property can fail one by one, so that facets can leave one out.</summary>
[Flags]
internal enum FailedFilters
{
    None = 0,
    Type = 1,
    Policy = 2,
    Rating = 4,
    Price = 8,

    /// <summary>Something that no facet leaves out.</summary>
    Other = 16,
}

/// <summary>What a filter asks of a property, made ready for one city.</summary>
internal sealed class PropertyTest
{
    private readonly CatalogueFilter _filter;
    private readonly bool[]? _types;
    private readonly bool[]? _policies;
    private readonly int? _rating;
    private readonly IReadOnlyDictionary<int, int>? _points;
    private readonly long? _radius;

    public PropertyTest(CityIndex city, CatalogueFilter filter)
    {
        _filter = filter;
        _types = Wanted(city.Types, filter.PropertyTypes, StringComparer.OrdinalIgnoreCase);
        _policies = Wanted(city.Policies, filter.CancellationPolicies, StringComparer.Ordinal);
        _rating = filter.RatingMin is { } least ? (int)Math.Ceiling(least * 100) : null;
        _points = city.Text.Match(filter.Text);
        _radius = filter.RadiusKm is { } km ? (long)(km * 1_000m) : null;
        Amenities = city.Amenities.Set(filter.Amenities);
    }

    /// <summary>What a unit and its property must have together.</summary>
    public AmenitySet Amenities { get; }

    /// <summary>Which filters a property fails.</summary>
    public FailedFilters Failed(int number, in IndexedProperty property)
    {
        if (_points is not null && !_points.ContainsKey(number))
        {
            return FailedFilters.Other;
        }

        if (_filter.Box?.Contains(property.Card) is false || (_radius is { } radius && !(Metres(property.Card) <= radius)))
        {
            return FailedFilters.Other;
        }

        return (_types is null || _types[property.Type] ? 0 : FailedFilters.Type)
            | (_policies is null || _policies[property.Policy] ? 0 : FailedFilters.Policy)
            | (_rating is null || property.Rating >= _rating ? 0 : FailedFilters.Rating);
    }

    /// <summary>Metres from the point of the filter; null without one, or without coordinates.</summary>
    public long? Metres(PropertyCard property) =>
        _filter.Point is { } point && property is { Latitude: { } latitude, Longitude: { } longitude } ? point.MetresTo(latitude, longitude) : null;

    /// <summary>Where a property stands in an order.</summary>
    /// <param name="total">In cents.</param>
    public SortKey Key(SearchSort sort, int number, in IndexedProperty property, long total) => sort switch
    {
        SearchSort.Rating => new(-property.Rating, total, 0, number),
        SearchSort.Distance => new(Metres(property.Card) ?? long.MaxValue, total, 0, number),
        SearchSort.Relevance => new(-(_points?.GetValueOrDefault(number) ?? property.Popularity), -property.Rating, total, number),
        _ => new(total, 0, 0, number),
    };

    private static bool[]? Wanted(List<string> values, IReadOnlyList<string> wanted, StringComparer comparer) =>
        wanted.Count == 0 ? null : [.. values.Select(value => wanted.Contains(value, comparer))];
}
