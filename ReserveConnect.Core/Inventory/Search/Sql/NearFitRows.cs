using Dapper;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>Properties that miss exact dates by one thing (docs/search.md, 'Near fits').</summary>
internal static class NearFitRows
{
    /// <summary>The statement, of which <see cref="Result"/> reads the answer.</summary>
    public static readonly string Sql =
        $"""
        {FittingSql.Text},
        {StaySql.Taxes},
        -- Every night of the stay and the day of departure, whether or not the calendar has it.
        nights AS (
            SELECT DISTINCT ON (l.unit_id, d.day)
                   l.unit_id, l.property_id, d.day, n.is_sellable, n.min_stay, n.max_stay, n.closed_to_arrival, n.closed_to_departure,
                   COALESCE(n.price, l.base_price) + l.supplement AS amount, l.discount_percentage, l.cleaning_fee, l.service_fee_percentage
            FROM plans l
            JOIN generate_series(0, @Nights) AS d (day) ON @First::date + d.day BETWEEN l.valid_from AND l.valid_to
            LEFT JOIN LATERAL (
                SELECT {StaySql.CalendarColumns}
                FROM reserve.availability_calendar c
                WHERE c.unit_id = l.unit_id
                  AND c.date = @First::date + d.day
                  AND c.date < @End
                OFFSET 0) n ON true
            ORDER BY l.unit_id, d.day, l.rank, l.valid_from DESC
        ),
        asked AS (
            SELECT n.unit_id, n.property_id,
                   count(*) FILTER (WHERE n.day < @Nights AND n.is_sellable IS NOT TRUE) AS missing_nights,
                   min(n.day) FILTER (WHERE n.day < @Nights AND n.is_sellable IS NOT TRUE) AS missing_day,
                   max(n.min_stay) FILTER (WHERE n.day = 0) AS min_stay,
                   max(n.max_stay) FILTER (WHERE n.day = 0) AS max_stay,
                   COALESCE(max(n.min_stay) FILTER (WHERE n.day = 0) > @Nights, false) AS is_short,
                   COALESCE(max(n.max_stay) FILTER (WHERE n.day = 0) < @Nights, false) AS is_long,
                   COALESCE(bool_or(n.closed_to_arrival) FILTER (WHERE n.day = 0), false) AS arrival_is_closed,
                   COALESCE(bool_or(n.closed_to_departure) FILTER (WHERE n.day = @Nights), false) AS departure_is_closed,
                   sum(n.amount) FILTER (WHERE n.day < @Nights) AS base_price,
                   max(n.discount_percentage) FILTER (WHERE n.day = 0) AS discount_percentage,
                   max(n.cleaning_fee) FILTER (WHERE n.day = 0) AS cleaning_fee,
                   max(n.service_fee_percentage) FILTER (WHERE n.day = 0) AS service_fee_percentage
            FROM nights n
            GROUP BY n.unit_id, n.property_id
        ),
        priced AS MATERIALIZED (
            SELECT s.*, s.missing_nights + s.is_short::integer + s.is_long::integer + s.arrival_is_closed::integer
                       + s.departure_is_closed::integer AS faults,
                   CASE
                       WHEN s.missing_nights > 0 THEN 0
                       WHEN s.is_short THEN 1
                       WHEN s.is_long THEN 2
                       WHEN s.arrival_is_closed THEN 3
                       ELSE 4
                   END AS reason
            FROM asked s
            {StaySql.Price}
            WHERE s.base_price > 0
              AND price.total > 0
        ),
        near AS (
            SELECT DISTINCT ON (s.property_id) s.*
            FROM priced s
            WHERE s.faults = 1
              AND NOT EXISTS (SELECT FROM priced sold WHERE sold.property_id = s.property_id AND sold.faults = 0)
            ORDER BY s.property_id, s.reason, s.unit_id
        )
        SELECT n.unit_id, u.name AS unit_name, n.reason, @First::date + n.missing_day AS night, n.min_stay::integer, n.max_stay::integer,
               {CardColumns.Of("p")}
        FROM near n
        JOIN properties f ON f.id = n.property_id
        JOIN reserve.properties_map p ON p.id = n.property_id
        JOIN reserve.unit_map u ON u.id = n.unit_id
        WHERE f.fits
        ORDER BY p.rating DESC NULLS LAST, p.id
        LIMIT 10
        """;

    /// <summary>The near fits.</summary>
    public static async Task<IReadOnlyList<NearFit>> Result(SqlMapper.GridReader rows) => [.. (await rows.ReadAsync<Row>()).Select(row => row.ToNearFit())];

    private sealed record Row : CardColumns
    {
        public Guid UnitId { get; init; }

        public string UnitName { get; init; } = "";

        public int Reason { get; init; }

        public DateOnly? Night { get; init; }

        public int? MinStay { get; init; }

        public int? MaxStay { get; init; }

        public NearFit ToNearFit()
        {
            var reason = (NearFitReason)Reason;
            return new(
                ToCard(), UnitId, UnitName, reason,
                reason is NearFitReason.NightMissing ? Night : null,
                reason is NearFitReason.MinimumStay ? MinStay : null,
                reason is NearFitReason.MaximumStay ? MaxStay : null);
        }
    }
}
