using ReserveConnect.Database;

namespace ReserveConnect.Inventory;

/// <summary>What rate plans promise.</summary>
internal static class RatePlanInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "each_active_unit_has_one_standard_plan",
            "A unit that is sold has one plan without dates, behind every season.",
            """
            SELECT u.id::text AS subject, format('%s standard plans', count(r.id)) AS detail
            FROM reserve.unit_map u
            LEFT JOIN reserve.rate_plans r ON r.unit_id = u.id AND NOT r.is_season
            WHERE u.is_active
            GROUP BY u.id
            HAVING count(r.id) <> 1
            """),
        new(
            "seasons_share_no_day",
            "Of the seasons of one unit, or of one property as a whole, one at most is in force on a day.",
            """
            SELECT a.id::text AS subject, format('shares a day with %s', b.id) AS detail
            FROM reserve.rate_plans a
            JOIN reserve.rate_plans b
              ON b.property_id = a.property_id
             AND b.unit_id IS NOT DISTINCT FROM a.unit_id
             AND b.id > a.id
             AND daterange(b.valid_from, b.valid_to, '[]') && daterange(a.valid_from, a.valid_to, '[]')
            WHERE a.is_season
              AND b.is_season
            """),
    ];
}
