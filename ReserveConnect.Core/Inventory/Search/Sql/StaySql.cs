namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>The stays that are sold in the units that fit, with their totals (docs/search.md, 'Which stays there are').</summary>
internal static class StaySql
{
    /// <summary>One night of a unit <c>u</c>; OFFSET 0 keeps it a look at this unit's rows, whatever the planner believes of others.</summary>
    public const string CalendarOfUnit =
        """
        SELECT c.date, c.is_available AND c.effective_allotment > 0 AS is_sellable, c.price, c.min_stay, c.max_stay,
               c.closed_to_arrival, c.closed_to_departure
        FROM reserve.availability_calendar c
        WHERE c.unit_id = u.id
        """;

    /// <summary>
    /// What a row <c>s</c> costs by the plan of its day of arrival, as <c>price.total</c> (money.md, 'Price of a stay'). Needs
    /// <see cref="Taxes"/>.
    /// </summary>
    public const string Price =
        """
        CROSS JOIN LATERAL (
            SELECT reserve.round_half_even(s.base_price * s.discount_percentage * 0.01) AS discount) AS less
        CROSS JOIN LATERAL (
            SELECT s.base_price - less.discount + s.cleaning_fee
                   + reserve.round_half_even((s.base_price - less.discount) * s.service_fee_percentage * 0.01)
                   + (SELECT COALESCE(sum(reserve.round_half_even(s.base_price * t.rate * 0.01)), 0) FROM taxes t) AS total) AS price
        """;

    /// <summary>What is charged on bookings of the city today: of each tax the city's own rule, then the one that began last.</summary>
    public const string Taxes =
        """
        taxes AS MATERIALIZED (
            SELECT DISTINCT ON (x.tax_type) x.rate
            FROM reserve.tax_rules x
            WHERE x.applies_to = 'booking'
              AND x.is_active
              AND (x.city_id = @City OR x.city_id IS NULL)
              AND x.effective_from <= @Today
              AND (x.effective_to IS NULL OR x.effective_to >= @Today)
            ORDER BY x.tax_type, x.city_id NULLS LAST, x.effective_from DESC
        )
        """;

    /// <summary>Every stay of so many nights within the window.</summary>
    public const string Text =
        $"""
        {FittingSql.Text},
        {Taxes},
        nights AS (
            SELECT DISTINCT ON (u.id, n.date)
                   u.id AS unit_id, u.property_id, n.date, n.date - @First::date AS day, n.is_sellable, n.min_stay, n.max_stay,
                   n.closed_to_arrival, n.closed_to_departure, COALESCE(n.price, l.base_price) + l.supplement AS amount,
                   l.currency, l.discount_percentage, l.cleaning_fee, l.service_fee_percentage
            FROM units u
            CROSS JOIN LATERAL (
                {CalendarOfUnit}
                  AND c.date >= @First
                  AND c.date <= @To
                  AND c.date < @End
                OFFSET 0) n
            JOIN plans l ON l.unit_id = u.id AND n.date BETWEEN l.valid_from AND l.valid_to
            ORDER BY u.id, n.date, l.rank, l.valid_from DESC
        ),
        -- Each day as the day of an arrival: a day that the calendar does not have is in no frame, and so in no count.
        arrivals AS (
            SELECT n.*, sum(n.amount) OVER stay AS base_price, count(*) FILTER (WHERE n.is_sellable) OVER stay AS sellable_nights,
                   COALESCE(bool_or(n.closed_to_departure) OVER departure, false) AS departure_is_closed
            FROM nights n
            WINDOW of_unit AS (PARTITION BY n.unit_id ORDER BY n.day),
                   stay AS (of_unit RANGE BETWEEN CURRENT ROW AND @Nights - 1 FOLLOWING),
                   departure AS (of_unit RANGE BETWEEN @Nights FOLLOWING AND @Nights FOLLOWING)
        ),
        stays AS MATERIALIZED (
            SELECT s.property_id, s.unit_id, s.date AS check_in, s.currency, price.total
            FROM arrivals s
            {Price}
            WHERE s.date <= @Last
              AND s.sellable_nights = @Nights
              AND NOT s.closed_to_arrival
              AND @Nights BETWEEN s.min_stay AND s.max_stay
              AND NOT s.departure_is_closed
              AND price.total > 0
        )
        """;
}
