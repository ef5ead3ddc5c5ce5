using Dapper;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>What other filters would leave (docs/search.md, 'Facets').</summary>
internal static class Facets
{
    /// <summary>The statement, of which <see cref="Result"/> reads the answer.</summary>
    public const string Sql =
        $"""
        {StaySql.Text},
        had AS MATERIALIZED (
            SELECT property_id, unit_id, min(total) AS total,
                   bool_or(CASE WHEN total < @PriceMin::numeric OR total > @PriceMax::numeric THEN false ELSE true END) AS fits_price
            FROM stays
            GROUP BY property_id, unit_id
        ),
        cheapest AS MATERIALIZED (
            SELECT p.id, p.property_type, p.cancellation_policy, p.rating, p.fits, p.fits_type, p.fits_policy, p.fits_rating,
                   s.total, s.fits_price
            FROM (SELECT property_id, min(total) AS total, bool_or(fits_price) AS fits_price FROM had GROUP BY property_id) s
            JOIN properties p ON p.id = s.property_id
        )
        SELECT 'type' AS kind, property_type AS value, count(*)::integer AS count, NULL::numeric AS low, NULL::numeric AS high
        FROM cheapest
        WHERE fits_policy
          AND fits_rating
          AND fits_price
        GROUP BY property_type
        UNION ALL
        SELECT 'policy', cancellation_policy, count(*)::integer, NULL, NULL
        FROM cheapest
        WHERE fits_type
          AND fits_rating
          AND fits_price
        GROUP BY cancellation_policy
        UNION ALL
        SELECT 'rating', NULL, count(c.id)::integer, step, NULL
        FROM unnest(@RatingSteps) AS step
        LEFT JOIN cheapest c ON c.rating >= step AND c.fits_type AND c.fits_policy AND c.fits_price
        GROUP BY step
        UNION ALL
        SELECT 'price', NULL, count(*)::integer, min(total), max(total)
        FROM cheapest
        WHERE fits
        UNION ALL
        SELECT 'amenity', a.code, count(DISTINCT had.property_id)::integer, NULL, NULL
        FROM had
        JOIN units u ON u.id = had.unit_id
        JOIN properties p ON p.id = had.property_id
        CROSS JOIN LATERAL jsonb_array_elements_text(u.amenities) AS has (code)
        JOIN reserve.amenities a ON a.code = has.code
        WHERE p.fits
          AND had.fits_price
        GROUP BY a.code
        """;

    /// <summary>The facets.</summary>
    public static async Task<SearchFacets> Result(SqlMapper.GridReader rows)
    {
        var counted = (await rows.ReadAsync<Row>()).ToLookup(row => row.Kind);
        return new SearchFacets(
            List(counted["amenity"]),
            // What is alike but for upper and lower case is one type; which letters those are is not left to the server's locale.
            List(counted["type"].GroupBy(row => row.Value!.ToLowerInvariant()).Select(g => g.First() with { Value = g.Key, Count = g.Sum(row => row.Count) })),
            List(counted["policy"]),
            [.. counted["rating"].OrderBy(row => row.Low).Select(row => new RatingCount(row.Low!.Value, row.Count))],
            counted["price"].Single() is { Low: { } low, High: { } high } ? new PriceSpan(low, high) : null);
    }

    private static List<FacetCount> List(IEnumerable<Row> rows) =>
        [.. rows.OrderByDescending(row => row.Count).ThenBy(row => row.Value, StringComparer.Ordinal).Select(row => new FacetCount(row.Value!, row.Count))];

    private sealed record Row(string Kind, string? Value, int Count, decimal? Low, decimal? High);
}
