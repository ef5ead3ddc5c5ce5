namespace ReserveConnect.Inventory.Search;

/// <summary>Counts what each filter would leave (docs/search.md, 'Facets').</summary>
internal sealed class FacetCounter(CityIndex city)
{
    private readonly int[] _amenities = new int[AmenityCodes.Most];
    private readonly int[] _types = new int[city.Types.Count];
    private readonly int[] _policies = new int[city.Policies.Count];
    private readonly int[] _ratings = new int[SearchFacets.RatingSteps.Count];
    private long _least = long.MaxValue;
    private long _most;

    /// <summary>Counts a property with at least one stay that is sold.</summary>
    /// <param name="failed">The filters that it fails, the price among them.</param>
    /// <param name="amenities">Of its units with a stay within the price filter.</param>
    /// <param name="anyTotal">Its cheapest total in cents, whatever the price filter says.</param>
    public void Count(FailedFilters failed, in IndexedProperty property, AmenitySet amenities, long anyTotal)
    {
        if (failed == FailedFilters.None)
        {
            amenities.CountInto(_amenities);
        }

        if ((failed & ~FailedFilters.Type) == 0)
        {
            _types[property.Type]++;
        }

        if ((failed & ~FailedFilters.Policy) == 0)
        {
            _policies[property.Policy]++;
        }

        for (var step = 0; step < _ratings.Length && (failed & ~FailedFilters.Rating) == 0; step++)
        {
            _ratings[step] += property.Rating >= SearchFacets.RatingSteps[step] * 100 ? 1 : 0;
        }

        if ((failed & ~FailedFilters.Price) == 0)
        {
            (_least, _most) = (Math.Min(_least, anyTotal), Math.Max(_most, anyTotal));
        }
    }

    /// <summary>What was counted.</summary>
    public SearchFacets Facets() => new(
        InOrder(Enumerable.Range(0, _amenities.Length).Where(bit => _amenities[bit] > 0).Select(bit => new FacetCount(city.Amenities.Code(bit)!, _amenities[bit]))),
        InOrder(city.Types.Select((type, i) => new FacetCount(type.ToLowerInvariant(), _types[i]))),
        InOrder(city.Policies.Select((policy, i) => new FacetCount(policy, _policies[i]))),
        [.. SearchFacets.RatingSteps.Select((step, i) => new RatingCount(step, _ratings[i]))],
        _least == long.MaxValue ? null : new PriceSpan(_least / 100m, _most / 100m));

    /// <summary>Most first, then by value; without those that nobody has.</summary>
    internal static IReadOnlyList<FacetCount> InOrder(IEnumerable<FacetCount> counts) =>
        [.. counts.Where(c => c.Count > 0).OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal)];
}
