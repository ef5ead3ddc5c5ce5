using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Compares the Host's counts with ours after a sync (design section 11): a sold count that differs is an
/// <c>inventory_mismatch</c>, an allotment below what is sold and held is <c>overbooked</c>. One open exception per
/// unit and kind; it is resolved when the counts agree again.
/// </summary>
internal static class CountDifferences
{
    /// <summary>Nights named in one exception; more are counted.</summary>
    private const int MostNights = 31;

    /// <param name="today">Local date; nights before it are history.</param>
    /// <param name="quietSince">A unit with a booking in flight, or changed after this instant, is left for the next sync.</param>
    /// <param name="due">By when somebody must have looked.</param>
    public static async Task CompareAsync(
        UnitOfWork unit, Guid cityId, DateOnly today, DateTimeOffset quietSince, DateTimeOffset due, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            CREATE TEMPORARY TABLE differing_units ON COMMIT DROP AS
            SELECT d.exception_type, d.unit_id, u.property_id, count(*) AS nights, min(d.date) AS first_night,
                   max(d.host_version) AS host_version,
                   to_jsonb((array_agg(jsonb_build_object(
                       'date', d.date, 'allotment', d.allotment, 'host_sold', d.host_sold_count,
                       'sold', d.bookings_count, 'held', d.temp_holds) ORDER BY d.date))[1 : @MostNights]) AS listed,
                   EXISTS (SELECT 1
                           FROM reserve.booking_intents i
                           WHERE i.unit_id = d.unit_id
                             AND (i.status NOT IN ('confirmed', 'cancelled', 'expired') OR i.updated_at > @quietSince))
                   OR EXISTS (SELECT 1
                              FROM reserve.booking_intents m
                              WHERE m.from_unit_id = d.unit_id
                                AND (m.status NOT IN ('confirmed', 'cancelled', 'expired') OR m.updated_at > @quietSince))
                   OR EXISTS (SELECT 1
                              FROM reserve.reservations r
                              WHERE r.unit_id = d.unit_id
                                AND r.updated_at > @quietSince) AS is_moving
            FROM (SELECT 'inventory_mismatch' AS exception_type, n.*
                  FROM reserve.availability_calendar n
                  WHERE n.host_sold_count <> n.bookings_count
                  UNION ALL
                  SELECT 'overbooked', n.*
                  FROM reserve.availability_calendar n
                  WHERE n.allotment < n.bookings_count + n.temp_holds) d
            JOIN reserve.unit_map u ON u.id = d.unit_id
            JOIN reserve.properties_map p ON p.id = u.property_id
            WHERE p.city_id = @cityId
              AND d.date >= @today
            GROUP BY d.exception_type, d.unit_id, u.property_id
            """,
            new { cityId, today, quietSince, MostNights });
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions e
            SET resolution_action = 'the counts agree again', resolved_at = @now, resolved_by = e.decided_by
            WHERE e.status IN ('open', 'in_progress')
              AND e.exception_type IN ('inventory_mismatch', 'overbooked')
              AND e.context ->> 'city_id' = @City
              AND NOT EXISTS (SELECT 1
                              FROM differing_units d
                              WHERE d.exception_type = e.exception_type
                                AND d.unit_id = (e.context ->> 'unit_id')::uuid);

            SELECT reserve.transition_exception(e.id, e.status, 'resolved', coalesce(e.decided_actor, 'system'), 'the counts agree again', @now)
            FROM reserve.exceptions e
            WHERE e.status IN ('open', 'in_progress')
              AND e.exception_type IN ('inventory_mismatch', 'overbooked')
              AND e.context ->> 'city_id' = @City
              AND NOT EXISTS (SELECT 1
                              FROM differing_units d
                              WHERE d.exception_type = e.exception_type
                                AND d.unit_id = (e.context ->> 'unit_id')::uuid);

            UPDATE reserve.exceptions e
            SET context = e.context || jsonb_build_object('nights', d.listed, 'nights_count', d.nights), updated_at = @now
            FROM differing_units d
            WHERE e.status IN ('open', 'in_progress')
              AND e.exception_type = d.exception_type
              AND e.context ->> 'unit_id' = d.unit_id::text
              AND e.context -> 'nights' IS DISTINCT FROM d.listed;

            INSERT INTO reserve.exceptions (
                id, exception_key, exception_type, severity, property_id, title, context, due_at, created_at, updated_at)
            SELECT gen_random_uuid(),
                   d.exception_type || ':' || d.unit_id || ':' || d.first_night || ':' || d.host_version,
                   d.exception_type,
                   CASE d.exception_type WHEN 'overbooked' THEN 'high' ELSE 'medium' END,
                   d.property_id,
                   CASE d.exception_type
                       WHEN 'overbooked' THEN 'More nights sold or held than the Host allots'
                       ELSE 'The Host counts other nights as sold than we do'
                   END,
                   jsonb_build_object('city_id', @City, 'unit_id', d.unit_id, 'nights', d.listed, 'nights_count', d.nights),
                   @due, @now, @now
            FROM differing_units d
            WHERE (NOT d.is_moving OR d.exception_type = 'overbooked')
              AND NOT EXISTS (SELECT 1
                              FROM reserve.exceptions e
                              WHERE e.status IN ('open', 'in_progress')
                                AND e.exception_type = d.exception_type
                                AND e.context ->> 'unit_id' = d.unit_id::text)
            ON CONFLICT (exception_key) DO NOTHING
            """,
            new { City = cityId.ToString(), due, now });
    }
}
