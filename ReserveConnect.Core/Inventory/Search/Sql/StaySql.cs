namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>The stays that are sold in the units that fit, with their totals (docs/search.md, 'Which stays there are').</summary>
internal static class StaySql
{
    /// <summary>What the calendar has of the nights <c>c</c> of a unit.</summary>
    public const string CalendarColumns =
        """
        c.date, c.is_available AND c.effective_allotment > 0 AS is_sellable, c.price, c.min_stay, c.max_stay, c.closed_to_arrival,
        c.closed_to_departure
        """;

    /// <summary>
    /// What a row <c>s</c> costs by the plan of its day of arrival, as <c>price.total</c> (money.md, 'Price of a stay'). Needs
    /// <see cref="Taxes"/>. OFFSET 0 keeps a figure from being worked out again wherever it is named.
    /// </summary>
    public const string Price =
        """
        CROSS JOIN LATERAL (SELECT s.base_price * s.discount_percentage * 0.01 AS exact OFFSET 0) discount
        CROSS JOIN LATERAL (SELECT s.base_price - reserve.round_half_even(discount.exact) AS amount OFFSET 0) less
        CROSS JOIN LATERAL (SELECT less.amount * s.service_fee_percentage * 0.01 AS exact OFFSET 0) service
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(reserve.round_half_even(tax.exact)), 0) AS amount
            FROM (SELECT s.base_price * t.rate * 0.01 AS exact FROM taxes t OFFSET 0) tax) tax
        CROSS JOIN LATERAL (
            SELECT less.amount + s.cleaning_fee + reserve.round_half_even(service.exact) + tax.amount AS total OFFSET 0) price
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

    /// <summary>
    /// Every stay of so many nights within the window. OFFSET 0 keeps the calendar a look at the nights of one unit, whatever
    /// the planner believes of the others.
    /// </summary>
    public const string Text =
        $"""
        {FittingSql.Text},
        {Taxes},
        nights AS (
            SELECT DISTINCT ON (l.unit_id, day)
                   l.unit_id, l.property_id, n.date - @First::date AS day, n.is_sellable, n.min_stay, n.max_stay, n.closed_to_arrival,
                   n.closed_to_departure, COALESCE(n.price, l.base_price) + l.supplement AS amount,
                   l.currency, l.discount_percentage, l.cleaning_fee, l.service_fee_percentage
            FROM plans l
            CROSS JOIN LATERAL (
                SELECT {CalendarColumns}
                FROM reserve.availability_calendar c
                WHERE c.unit_id = l.unit_id
                  AND c.date >= greatest(@First, l.valid_from)
                  AND c.date <= least(@To, l.valid_to)
                  AND c.date < @End
                OFFSET 0) n
            ORDER BY l.unit_id, day, l.rank, l.valid_from DESC
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
            SELECT s.property_id, s.unit_id, @First::date + s.day AS check_in, s.currency, price.total
            FROM (SELECT *
                  FROM arrivals a
                  WHERE CASE
                            WHEN @First::date + a.day > @Last OR a.sellable_nights < @Nights OR a.closed_to_arrival
                                OR a.min_stay > @Nights OR a.max_stay < @Nights OR a.departure_is_closed OR a.base_price = 0 THEN false
                            ELSE true
                        END) s
            {Price}
            WHERE price.total > 0
        )
        """;
}
