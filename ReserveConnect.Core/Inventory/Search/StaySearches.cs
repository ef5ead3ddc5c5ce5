using Microsoft.Extensions.Options;
using ReserveConnect.Inventory.Search.Sql;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// Answers searches from the index of the city, and the database is not asked; or, with <see cref="IndexUse.Off"/>, from the
/// database alone.
/// </summary>
public sealed class StaySearches(AvailabilityIndex index, SqlSearches sql, IOptions<SearchOptions> options, TimeProvider clock)
{
    /// <summary>Whether answers come from an index, and a property's card is the same in all of them.</summary>
    public bool AreIndexed => options.Value.Index is not IndexUse.Off;

    /// <summary>
    /// Properties that can be had on these dates. Refusals: <c>city_not_found</c>, <c>unknown_amenity</c>, and those of a stay
    /// that do not depend on the unit (<see cref="StayRules"/>).
    /// </summary>
    public async Task<Outcome<(SearchCity City, SearchResult Result)>> SearchAsync(StaySearch search, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(search);
        if (SearchRefusals.OfRequest(search) is { } malformed)
        {
            return malformed;
        }

        if (!AreIndexed)
        {
            return await sql.SearchAsync(search, ct);
        }

        if (await index.GetAsync(search.City, ct) is not { } city)
        {
            return SearchRefusals.CityNotFound;
        }

        var today = CityDay.Today(clock, city.City.TimeZone);
        if (SearchRefusals.OfDates(search, today) is { } past)
        {
            return past;
        }

        var filter = SearchRefusals.WithCodes(search.Filter, city.Amenities.Find);
        return filter.Refusal is { } unknown ? unknown : (city.City, city.Search(search with { Filter = filter.Value }, today));
    }

    /// <summary>Properties of the catalogue. Refusals: <c>city_not_found</c>, <c>unknown_amenity</c>.</summary>
    public async Task<Outcome<CatalogueResult>> ListAsync(CatalogueQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!AreIndexed)
        {
            return await sql.ListAsync(query, ct);
        }

        if (await index.GetAsync(query.City, ct) is not { } city)
        {
            return SearchRefusals.CityNotFound;
        }

        var filter = SearchRefusals.WithCodes(query.Filter, city.Amenities.Find);
        return filter.Refusal is { } unknown ? unknown : city.List(query with { Filter = filter.Value });
    }
}
