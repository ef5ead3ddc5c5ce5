using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// The rows of <c>sync_refusals</c>: what of the Host was not taken over, until it is, or is listed no more; and with them
/// which properties have failed.
/// </summary>
public sealed class RefusalBook(ReserveDatabase database, TimeProvider clock, IOptions<HostSyncOptions> options)
{
    /// <summary>Nights named in one row; with so many, only a reading of all nights tells that none is left.</summary>
    private const int MostNights = 31;

    /// <summary>Writes down what became of a page.</summary>
    internal async Task KeepAsync(SyncReading reading, SyncedPage page, CancellationToken ct)
    {
        if (page.Refused.Count == 0 && !await AnyOpenAsync(reading.CityId, ct))
        {
            return;
        }

        await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await CatalogueLock.TakeAsync(unit);
                var failed = await AddAsync(unit, reading, page.Refused, now);
                await ClearAsync(unit, reading, page, now);
                await PropertyHealth.FailAsync(unit, reading.CityId, reading.CitySlug, failed, now + options.Value.RetryFirstPause, now);
                await PropertyHealth.RecoverAsync(unit, reading.CityId, reading.CitySlug, now);
            },
            ct);
    }

    /// <summary>What a full list had no more when it was read is not refused any more; what was cleared long ago is forgotten.</summary>
    internal async Task ForgetUnseenAsync(UnitOfWork unit, SyncPlan plan, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.sync_refusals r
            SET cleared_at = @now
            FROM reserve.sync_jobs j
            WHERE j.id = @JobId
              AND r.city_id = @CityId
              AND r.kind = @Kind
              AND r.cleared_at IS NULL
              AND r.last_seen_at < j.started_at;

            DELETE FROM reserve.sync_refusals
            WHERE cleared_at < @Forgotten
            """,
            new { plan.JobId, plan.CityId, Kind = KindOf(plan.Kind), now, Forgotten = now - options.Value.RefusalsKept });
        await PropertyHealth.RecoverAsync(unit, plan.CityId, plan.CitySlug, now);
    }

    /// <summary>How a kind is stored.</summary>
    private static string KindOf(SyncKind kind) => kind switch
    {
        SyncKind.Properties => "property",
        SyncKind.RoomTypes => "room_type",
        _ => "night",
    };

    private async Task<bool> AnyOpenAsync(Guid cityId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.sync_refusals WHERE city_id = @cityId AND cleared_at IS NULL)", new { cityId });
    }

    // The properties of which something was listed that leaves them behind, with a reason each.
    private async Task<List<(Guid HostPropertyId, string Reason)>> AddAsync(
        UnitOfWork unit, SyncReading reading, IReadOnlyList<RefusedRecord> refused, DateTimeOffset now)
    {
        var rows = refused
            .GroupBy(r => (r.HostId, r.Reason))
            .Select(group => new
            {
                Id = Guid.CreateVersion7(now),
                group.Key.HostId,
                group.Key.Reason,
                group.First().HostPropertyId,
                Detail = group.Select(r => r.Detail).FirstOrDefault(detail => detail is not null),
                Nights = group.Select(r => r.Night).OfType<string>().Distinct().Order(StringComparer.Ordinal).Take(MostNights),
            })
            .ToList();
        if (rows.Count == 0)
        {
            return [];
        }

        var listed = await unit.Connection.QueryAsync<(Guid? HostPropertyId, string Reason)>(
            """
            WITH said AS (
                SELECT s.*, COALESCE(s.host_property_id, p.host_property_id) AS of_property, k.id AS known_id,
                       row_number() OVER (PARTITION BY k.id IS NULL OR k.cleared_at IS NOT NULL ORDER BY s.host_id, s.reason) AS nth,
                       k.id IS NULL OR k.cleared_at IS NOT NULL AS is_new
                FROM jsonb_to_recordset(@Rows::jsonb) AS s (
                    id uuid, host_id uuid, reason text, host_property_id uuid, detail text, nights text[])
                LEFT JOIN reserve.unit_map u ON u.host_unit_id = s.host_id
                LEFT JOIN reserve.properties_map p ON p.id = u.property_id
                LEFT JOIN reserve.sync_refusals k
                    ON k.city_id = @CityId AND k.kind = @Kind AND k.host_id = s.host_id AND k.reason = s.reason
            )
            INSERT INTO reserve.sync_refusals AS r (
                id, city_id, kind, host_id, host_property_id, reason, detail, nights, first_seen_at, last_seen_at)
            SELECT id, @CityId, @Kind, host_id, of_property, reason, detail, nights, @now, @now
            FROM said
            WHERE NOT is_new
               OR nth <= @MostRefusals - (SELECT count(*)
                                          FROM reserve.sync_refusals o
                                          WHERE o.city_id = @CityId AND o.cleared_at IS NULL)
            ORDER BY host_id, reason
            ON CONFLICT (city_id, kind, host_id, reason) DO UPDATE
            SET host_property_id = COALESCE(excluded.host_property_id, r.host_property_id),
                detail = COALESCE(excluded.detail, r.detail),
                nights = CASE
                    WHEN r.cleared_at IS NOT NULL THEN excluded.nights
                    ELSE (SELECT COALESCE(array_agg(n ORDER BY n), '{}')
                          FROM (SELECT unnest(r.nights || excluded.nights) AS n
                                GROUP BY n
                                ORDER BY n
                                LIMIT @MostNights) merged)
                END,
                times = r.times + 1,
                first_seen_at = CASE WHEN r.cleared_at IS NOT NULL THEN @now ELSE r.first_seen_at END,
                last_seen_at = @now,
                cleared_at = NULL
            RETURNING r.host_property_id, r.reason
            """,
            new
            {
                reading.CityId,
                Kind = KindOf(reading.Kind),
                options.Value.MostRefusals,
                MostNights,
                now,
                Rows = JsonSerializer.Serialize(rows, EventJson.Options),
            });
        return [.. listed
            .Where(l => l.HostPropertyId is not null && !RefusedRecord.Harmless.Contains(l.Reason))
            .Select(l => (l.HostPropertyId!.Value, l.Reason))
            .DistinctBy(l => l.Value)];
    }

    // A record that was taken over is refused no more. Of a room type whose nights were all read, every night; else those
    // that came.
    private static Task<int> ClearAsync(UnitOfWork unit, SyncReading reading, SyncedPage page, DateTimeOffset now)
    {
        var still = page.Refused.Select(r => $"{r.HostId}:{r.Reason}").Distinct().ToArray();
        return reading.Kind == SyncKind.Availability && reading.Since is not null
            ? unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.sync_refusals r
                SET nights = left_over.nights,
                    cleared_at = CASE WHEN cardinality(left_over.nights) = 0 THEN @now END
                FROM jsonb_to_recordset(@Rows::jsonb) AS s (host_id uuid, nights text[])
                CROSS JOIN LATERAL (
                    SELECT array(SELECT n FROM unnest(k.nights) AS n WHERE n <> ALL (s.nights) ORDER BY n) AS nights, k.id
                    FROM reserve.sync_refusals k
                    WHERE k.city_id = @CityId
                      AND k.kind = 'night'
                      AND k.host_id = s.host_id
                      AND k.cleared_at IS NULL) AS left_over
                WHERE r.id = left_over.id
                  AND cardinality(r.nights) BETWEEN 1 AND @MostNights - 1
                  AND r.host_id || ':' || r.reason <> ALL (@still)
                """,
                new
                {
                    reading.CityId,
                    MostNights,
                    still,
                    now,
                    Rows = JsonSerializer.Serialize(page.Nights.Select(n => new { HostId = n.Key, Nights = n.Value }), EventJson.Options),
                })
            : unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.sync_refusals r
                SET cleared_at = @now
                WHERE r.city_id = @CityId
                  AND r.kind = @Kind
                  AND r.host_id = ANY (@Seen)
                  AND r.cleared_at IS NULL
                  AND r.host_id || ':' || r.reason <> ALL (@still)
                """,
                new { reading.CityId, Kind = KindOf(reading.Kind), Seen = page.Seen.ToArray(), still, now });
    }
}
