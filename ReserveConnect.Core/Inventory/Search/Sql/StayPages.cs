using Dapper;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>One page of the properties that can be had, each with its cheapest stay.</summary>
internal static class StayPages
{
    /// <summary>The statement, of which <see cref="Result"/> reads the answer.</summary>
    public static string Sql(SearchSort sort) =>
        $"""
        {StaySql.Text},
        found AS MATERIALIZED (
            SELECT s.*, p.number = ANY (@SeenNumbers) AS is_seen, p.rating, p.metres, p.points
            FROM (SELECT DISTINCT ON (property_id) *
                  FROM stays
                  WHERE CASE WHEN total < @PriceMin::numeric OR total > @PriceMax::numeric THEN false ELSE true END
                  ORDER BY property_id, total, check_in, unit_id) s
            JOIN properties p ON p.id = s.property_id
            WHERE p.fits
        ),
        page AS (
            SELECT f.*, row_number() OVER (ORDER BY {Order(sort)}) AS place
            FROM found f
            WHERE NOT f.is_seen
            ORDER BY place
            LIMIT @Limit
        )
        SELECT counts.total_count, counts.unseen_count, page.unit_id, u.name AS unit_name, u.max_occupancy, page.check_in, page.total,
               page.currency, page.metres, {CardColumns.Of("p")}
        FROM (SELECT count(*)::integer AS total_count, (count(*) FILTER (WHERE NOT is_seen))::integer AS unseen_count FROM found) counts
        LEFT JOIN page ON true
        LEFT JOIN reserve.unit_map u ON u.id = page.unit_id
        LEFT JOIN reserve.properties_map p ON p.id = page.property_id
        ORDER BY page.place
        """;

    /// <summary>The order of rows with <c>total</c>, <c>rating</c>, <c>metres</c>, <c>points</c> and <c>property_id</c>.</summary>
    public static string Order(SearchSort sort) => sort switch
    {
        SearchSort.Price => "total, property_id",
        SearchSort.Rating => "rating DESC NULLS LAST, total, property_id",
        SearchSort.Distance => "metres NULLS LAST, total, property_id",
        SearchSort.Relevance => "points DESC, rating DESC NULLS LAST, total, property_id",
        _ => throw new ArgumentOutOfRangeException(nameof(sort)),
    };

    /// <summary>The page.</summary>
    public static async Task<SearchResult> Result(SqlMapper.GridReader rows, StaySearch search)
    {
        var read = (await rows.ReadAsync<Row>()).ToList();
        var hits = read.Where(row => row.UnitId is not null).Select(row => row.ToHit(search.Dates.Nights)).ToList();
        var next = read[0].UnseenCount > hits.Count ? search.Seen.With(hits.Select(hit => hit.Property.Number)) : null;
        return new SearchResult(hits, read[0].TotalCount, next, null, null);
    }

    private sealed record Row : CardColumns
    {
        public int TotalCount { get; init; }

        public int UnseenCount { get; init; }

        public Guid? UnitId { get; init; }

        public string UnitName { get; init; } = "";

        public int MaxOccupancy { get; init; }

        public DateOnly CheckIn { get; init; }

        public decimal Total { get; init; }

        public string Currency { get; init; } = "";

        public long? Metres { get; init; }

        public SearchHit ToHit(int nights) => new(
            ToCard(), UnitId!.Value, UnitName, MaxOccupancy, CheckIn, CheckIn.AddDays(nights), Total, Currency, Metres);
    }
}
