using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>
/// Answers searches from the database alone, to the last tie as the index does: docs/search.md says what, and
/// <c>SearchAgreementTests</c> compares the two. Not in SQL, and so the same code for both, are what fits a text
/// (<see cref="TextIndex"/>), the case of property types and the refusals.
/// </summary>
public sealed class SqlSearches(ReserveDatabase database, TimeProvider clock, IOptions<InventoryOptions> options)
{
    /// <inheritdoc cref="StaySearches.SearchAsync"/>
    internal async Task<Outcome<(SearchCity City, SearchResult Result)>> SearchAsync(StaySearch search, CancellationToken ct)
    {
        await using var snapshot = await CitySnapshot.OpenAsync(database, search.City, null, ct);
        if (snapshot is null)
        {
            return SearchRefusals.CityNotFound;
        }

        if (SearchRefusals.OfDates(search, CityDay.Today(clock, snapshot.City.TimeZone)) is { } past)
        {
            return past;
        }

        var filter = await snapshot.WithCodesAsync(search.Filter);
        return filter.Refusal is { } unknown
            ? unknown
            : (snapshot.City, await SearchAsync(snapshot, search with { Filter = filter.Value }));
    }

    /// <inheritdoc cref="StaySearches.ListAsync"/>
    internal async Task<Outcome<CatalogueResult>> ListAsync(CatalogueQuery query, CancellationToken ct)
    {
        await using var snapshot = await CitySnapshot.OpenAsync(database, query.City, null, ct);
        if (snapshot is null)
        {
            return SearchRefusals.CityNotFound;
        }

        var filter = await snapshot.WithCodesAsync(query.Filter);
        if (filter.Refusal is { } unknown)
        {
            return unknown;
        }

        var today = CityDay.Today(clock, snapshot.City.TimeZone);
        var values = await ValuesAsync(snapshot, new StayDates(today, today, 0), filter.Value, query.Guests, query.Seen) with
        {
            PriceMin = query.PriceMin,
            PriceMax = query.PriceMax,
            Limit = query.Limit,
        };
        return CataloguePages.Result(await snapshot.QueryAsync<CataloguePages.Row>(CataloguePages.Sql(query.Sort), values), query);
    }

    /// <summary>The stays that are sold in the units of a property, in the order of unit and arrival.</summary>
    /// <param name="snapshot">Of its city.</param>
    internal async Task<IReadOnlyList<SoldStay>> StaysAsync(CitySnapshot snapshot, Guid property, StayDates dates, int guests)
    {
        var values = await ValuesAsync(snapshot, dates, CatalogueFilter.None, guests, SeenProperties.None) with { Property = property };
        return [.. await snapshot.QueryAsync<SoldStay>(
            $"""
            {StaySql.Text}
            SELECT s.unit_id, u.name AS unit_name, p.name AS property_name, s.check_in, s.total, s.currency
            FROM stays s
            JOIN reserve.unit_map u ON u.id = s.unit_id
            JOIN reserve.properties_map p ON p.id = s.property_id
            ORDER BY s.unit_id, s.check_in
            """,
            values)];
    }

    /// <summary>One page in a city.</summary>
    internal async Task<SearchResult> SearchAsync(CitySnapshot snapshot, StaySearch search)
    {
        var values = await ValuesAsync(snapshot, search.Dates, search.Filter, search.Guests, search.Seen) with
        {
            PriceMin = search.PriceMin,
            PriceMax = search.PriceMax,
            Limit = search.Limit,
            WithFacets = search.WithFacets,
        };
        // Nights beyond the end of the index make no near fit.
        var hasNearFits = search.WithNearFits && values.To <= values.End;
        string[] statements =
        [
            StayPages.Sql(search.Sort),
            .. search.WithFacets ? (string[])[Facets.Sql] : [],
            .. hasNearFits ? (string[])[NearFitRows.Sql] : [],
        ];
        using var rows = await snapshot.QueryMultipleAsync(string.Join(";\n\n", statements), values);
        var page = await StayPages.Result(rows, search);
        return page with
        {
            Facets = search.WithFacets ? await Facets.Result(rows) : null,
            NearFits = hasNearFits ? await NearFitRows.Result(rows) : search.WithNearFits ? [] : null,
        };
    }

    internal async Task<SearchValues> ValuesAsync(
        CitySnapshot snapshot, StayDates dates, CatalogueFilter filter, int guests, SeenProperties seen)
    {
        var today = CityDay.Today(clock, snapshot.City.TimeZone);
        var (numbers, points) = await snapshot.PointsAsync(filter.Text);
        return new SearchValues(
            snapshot.City.Id, dates.From > today ? dates.From : today, dates.To, dates.Nights, today.AddDays(options.Value.IndexDays), today,
            guests, filter, seen, await snapshot.TypesAsync(filter.PropertyTypes), numbers, points);
    }
}

/// <summary>A stay that is sold.</summary>
internal sealed record SoldStay(Guid UnitId, string UnitName, string PropertyName, DateOnly CheckIn, decimal Total, string Currency);
