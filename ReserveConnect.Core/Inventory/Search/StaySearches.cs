namespace ReserveConnect.Inventory.Search;

/// <summary>Answers searches from the index of the city; the database is not asked.</summary>
public sealed class StaySearches(AvailabilityIndex index, TimeProvider clock)
{
    /// <summary>
    /// Properties that can be had on these dates. Refusals: <c>city_not_found</c>, and those of a stay that do not
    /// depend on the unit (<see cref="StayRules"/>).
    /// </summary>
    public async Task<Outcome<(CityIndex City, SearchResult Result)>> SearchAsync(StaySearch search, CancellationToken ct)
    {
        var stay = new StayRequest(Guid.Empty, search.CheckIn, search.CheckOut, search.Adults, search.Children);
        if (StayRules.OfRequest(stay) is { } malformed)
        {
            return malformed;
        }

        if (await index.GetAsync(search.City, ct) is not { } city)
        {
            return CityNotFound();
        }

        return StayRules.OfDates(stay, CityDay.Today(clock, city.City.TimeZone)) is { } past
            ? past
            : (city, city.Search(search));
    }

    /// <summary>Properties of the catalogue. Refusal: <c>city_not_found</c>.</summary>
    public async Task<Outcome<CatalogueResult>> ListAsync(CatalogueQuery query, CancellationToken ct) =>
        await index.GetAsync(query.City, ct) is { } city ? city.List(query) : CityNotFound();

    private static Refusal CityNotFound() => Refusal.NotFound("city_not_found", "There is no such city.");
}
