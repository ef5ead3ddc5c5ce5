using Dapper;
using Npgsql;
using NpgsqlTypes;
using ReserveConnect.Database;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Writes a page of nights into <c>availability_calendar</c>: binary COPY into a staging table, then one merge.
/// <c>bookings_count</c> and <c>temp_holds</c> are ours and are never touched; an older version never overwrites a
/// newer one; a night that is as it was is neither locked nor written.
/// </summary>
internal static class CalendarWriter
{
    /// <summary>The units of which a night changed, with the range of those nights.</summary>
    public static async Task<IReadOnlyList<ChangedUnit>> WriteAsync(
        UnitOfWork unit, CalendarPage page, DateTimeOffset now, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return [];
        }

        await unit.Connection.ExecuteAsync(
            """
            CREATE TEMPORARY TABLE calendar_staging (
                unit_id uuid NOT NULL,
                date date NOT NULL,
                allotment integer NOT NULL,
                host_sold_count integer NOT NULL,
                price numeric(12,2),
                is_available boolean NOT NULL,
                min_stay smallint NOT NULL,
                max_stay smallint NOT NULL,
                closed_to_arrival boolean NOT NULL,
                closed_to_departure boolean NOT NULL,
                host_version bigint NOT NULL
            ) ON COMMIT DROP
            """);
        await CopyAsync(unit.Connection, page, ct);

        // Rows are locked in the order of every hold: unit, then date. The page's own units and dates are named because
        // the staging table has no statistics: without them every page would read the whole calendar.
        return [.. await unit.Connection.QueryAsync<ChangedUnit>(
            """
            WITH merged AS (
                INSERT INTO reserve.availability_calendar AS c (
                    unit_id, date, allotment, host_sold_count, price, is_available, min_stay, max_stay,
                    closed_to_arrival, closed_to_departure, host_version, updated_at)
                SELECT s.unit_id, s.date, s.allotment, s.host_sold_count, s.price, s.is_available, s.min_stay, s.max_stay,
                       s.closed_to_arrival, s.closed_to_departure, s.host_version, @now
                FROM calendar_staging s
                LEFT JOIN (SELECT *
                           FROM reserve.availability_calendar
                           WHERE unit_id = ANY(@UnitIds)
                             AND date BETWEEN @First AND @Last) k ON k.unit_id = s.unit_id AND k.date = s.date
                WHERE k.unit_id IS NULL
                   OR k.host_version < s.host_version
                   OR (k.host_version = s.host_version
                       AND (k.allotment, k.host_sold_count, k.price, k.is_available, k.min_stay, k.max_stay,
                            k.closed_to_arrival, k.closed_to_departure)
                           IS DISTINCT FROM
                           (s.allotment, s.host_sold_count, s.price, s.is_available, s.min_stay, s.max_stay,
                            s.closed_to_arrival, s.closed_to_departure))
                ORDER BY s.unit_id, s.date
                ON CONFLICT (unit_id, date) DO UPDATE
                SET allotment = excluded.allotment, host_sold_count = excluded.host_sold_count, price = excluded.price,
                    is_available = excluded.is_available, min_stay = excluded.min_stay, max_stay = excluded.max_stay,
                    closed_to_arrival = excluded.closed_to_arrival, closed_to_departure = excluded.closed_to_departure,
                    host_version = excluded.host_version, updated_at = @now
                WHERE c.host_version <= excluded.host_version
                RETURNING c.unit_id, c.date
            )
            SELECT unit_id, min(date) AS first, max(date) AS last
            FROM merged
            GROUP BY unit_id
            """,
            new
            {
                now,
                UnitIds = page.Units.Select(u => u.UnitId).ToArray(),
                First = page.Units.Min(u => u.List.Min(n => n.Date)),
                Last = page.Units.Max(u => u.List.Max(n => n.Date)),
            })];
    }

    private static async Task CopyAsync(NpgsqlConnection connection, CalendarPage page, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            COPY calendar_staging (unit_id, date, allotment, host_sold_count, price, is_available, min_stay, max_stay,
                                   closed_to_arrival, closed_to_departure, host_version)
            FROM STDIN (FORMAT BINARY)
            """,
            ct);
        foreach (var unit in page.Units)
        {
            foreach (var night in unit.List)
            {
                await CopyAsync(copy, unit.UnitId, night, ct);
            }
        }

        await copy.CompleteAsync(ct);
    }

    private static async Task CopyAsync(NpgsqlBinaryImporter copy, Guid unitId, HostNight night, CancellationToken ct)
    {
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(unitId, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(night.Date, NpgsqlDbType.Date, ct);
        await copy.WriteAsync(night.Allotment, NpgsqlDbType.Integer, ct);
        await copy.WriteAsync(night.Sold, NpgsqlDbType.Integer, ct);
        await (night.Price is { } price ? copy.WriteAsync(price, NpgsqlDbType.Numeric, ct) : copy.WriteNullAsync(ct));
        await copy.WriteAsync(night.IsOpen, NpgsqlDbType.Boolean, ct);
        await copy.WriteAsync(Stay(night.MinStay), NpgsqlDbType.Smallint, ct);
        await copy.WriteAsync(Stay(night.MaxStay), NpgsqlDbType.Smallint, ct);
        await copy.WriteAsync(night.ClosedToArrival, NpgsqlDbType.Boolean, ct);
        await copy.WriteAsync(night.ClosedToDeparture, NpgsqlDbType.Boolean, ct);
        await copy.WriteAsync(night.Version, NpgsqlDbType.Bigint, ct);
    }

    /// <summary>Beyond the longest stay that is sold, one number of nights is as good as another.</summary>
    private static short Stay(int nights) => (short)Math.Min(nights, StayRules.LongestStay + 1);

    /// <summary>A unit with changed nights, <paramref name="First"/> to <paramref name="Last"/> inclusive.</summary>
    internal sealed record ChangedUnit(Guid UnitId, DateOnly First, DateOnly Last);
}
