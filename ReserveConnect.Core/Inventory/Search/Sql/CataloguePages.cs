using Dapper;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>One page of the catalogue, whether or not a property can be had.</summary>
internal static class CataloguePages
{
    /// <summary>The statement, of which <see cref="Result"/> reads the answer. Its first and last day are today.</summary>
    public static string Sql(SearchSort sort) =>
        $"""
        {FittingSql.Text},
        priced AS (
            SELECT DISTINCT ON (u.id) u.id, u.property_id, u.max_occupancy, l.base_price, l.currency
            FROM units u
            JOIN plans l ON l.unit_id = u.id AND @Today BETWEEN l.valid_from AND l.valid_to
            ORDER BY u.id, l.rank, l.valid_from DESC
        ),
        found AS MATERIALIZED (
            SELECT p.id AS property_id, p.number = ANY (@SeenNumbers) AS is_seen, p.rating, p.metres, p.points,
                   count(*)::integer AS units, max(u.max_occupancy) AS max_occupancy, min(u.base_price) AS total,
                   (array_agg(u.currency ORDER BY u.base_price, u.id))[1] AS currency
            FROM priced u
            JOIN properties p ON p.id = u.property_id
            GROUP BY p.id, p.number, p.rating, p.metres, p.points
            HAVING (@PriceMin::numeric IS NULL OR min(u.base_price) >= @PriceMin)
               AND (@PriceMax::numeric IS NULL OR min(u.base_price) <= @PriceMax)
        ),
        page AS (
            SELECT f.*, row_number() OVER (ORDER BY {StayPages.Order(sort)}) AS place
            FROM found f
            WHERE NOT f.is_seen
            ORDER BY place
            LIMIT @Limit
        )
        SELECT counts.total_count, counts.unseen_count, page.units, page.max_occupancy, page.total AS price_from, page.currency,
               page.metres, {CardColumns.Of("p")}
        FROM (SELECT count(*)::integer AS total_count, (count(*) FILTER (WHERE NOT is_seen))::integer AS unseen_count FROM found) counts
        LEFT JOIN page ON true
        LEFT JOIN reserve.properties_map p ON p.id = page.property_id
        ORDER BY page.place
        """;

    /// <summary>The page.</summary>
    public static CatalogueResult Result(IEnumerable<Row> rows, CatalogueQuery query)
    {
        var read = rows.ToList();
        var entries = read.Where(row => row.Units > 0).Select(row => row.ToEntry()).ToList();
        var next = read[0].UnseenCount > entries.Count ? query.Seen.With(entries.Select(entry => entry.Property.Number)) : null;
        return new CatalogueResult(entries, read[0].TotalCount, next);
    }

    /// <summary>One row of the statement; without units it only counts.</summary>
    internal sealed record Row : CardColumns
    {
        public int TotalCount { get; init; }

        public int UnseenCount { get; init; }

        public int Units { get; init; }

        public int MaxOccupancy { get; init; }

        public decimal PriceFrom { get; init; }

        public string Currency { get; init; } = "";

        public long? Metres { get; init; }

        public CatalogueEntry ToEntry() => new(ToCard(), Units, MaxOccupancy, PriceFrom, Currency, Metres);
    }
}
