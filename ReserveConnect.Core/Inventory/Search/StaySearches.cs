namespace ReserveConnect.Inventory.Search;

/// <summary>Answers searches from the index of the city; the database is not asked.</summary>
public sealed class StaySearches(AvailabilityIndex index, TimeProvider clock)
{
    /// <summary>
    /// Properties that can be had on these dates. Refusals: <c>city_not_found</c>, <c>unknown_amenity</c>, and those of a stay
    /// that do not depend on the unit (<see cref="StayRules"/>).
    /// </summary>
    public async Task<Outcome<(SearchCity City, SearchResult Result)>> SearchAsync(StaySearch search, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(search);
        if (StayRules.OfRequest(Earliest(search)) is { } malformed)
        {
            return malformed;
        }

        if (await index.GetAsync(search.City, ct) is not { } city)
        {
            return CityNotFound();
        }

        // A window that has begun still has room for a later arrival.
        if (StayRules.OfDates(Latest(search), CityDay.Today(clock, city.City.TimeZone)) is { } past)
        {
            return past;
        }

        var filter = WithCodes(search.Filter, city.Amenities);
        return filter.Refusal is { } unknown ? unknown : (city.City, city.Search(search with { Filter = filter.Value }));
    }

    /// <summary>Properties of the catalogue. Refusals: <c>city_not_found</c>, <c>unknown_amenity</c>.</summary>
    public async Task<Outcome<CatalogueResult>> ListAsync(CatalogueQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (await index.GetAsync(query.City, ct) is not { } city)
        {
            return CityNotFound();
        }

        var filter = WithCodes(query.Filter, city.Amenities);
        return filter.Refusal is { } unknown ? unknown : city.List(query with { Filter = filter.Value });
    }

    private static StayRequest Earliest(StaySearch search) =>
        new(Guid.Empty, search.Dates.From, search.Dates.From.AddDays(search.Dates.Nights), search.Adults, search.Children);

    private static StayRequest Latest(StaySearch search) =>
        new(Guid.Empty, search.Dates.To.AddDays(-search.Dates.Nights), search.Dates.To, search.Adults, search.Children);

    private static Outcome<CatalogueFilter> WithCodes(CatalogueFilter filter, AmenityCodes vocabulary)
    {
        List<string> codes = [];
        foreach (var word in filter.Amenities)
        {
            if (vocabulary.Find(word) is not { } code)
            {
                return Refusal.Malformed(
                    "unknown_amenity", "There is no such amenity.",
                    new FieldError("amenities", "unknown_amenity", $"'{word}' is no amenity of the vocabulary."));
            }

            codes.Add(code);
        }

        return filter with { Amenities = codes };
    }

    private static Refusal CityNotFound() => Refusal.NotFound("city_not_found", "There is no such city.");
}
