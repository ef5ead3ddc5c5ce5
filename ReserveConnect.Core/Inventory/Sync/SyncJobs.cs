using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>The rows of <c>sync_jobs</c>: what is being read from the Host, how far it is, how it ended.</summary>
public sealed class SyncJobs(ReserveDatabase database, TimeProvider clock, IOptions<InventoryOptions> options, ILogger<SyncJobs> log)
{
    private const int LongestError = 1_000;

    /// <summary>The cities that are sold.</summary>
    public async Task<IReadOnlyList<SyncCity>> CitiesAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return [.. await connection.QueryAsync<SyncCity>(new CommandDefinition(
            """
            SELECT id, slug, time_zone, currency
            FROM reserve.cities
            WHERE is_active
            ORDER BY slug
            """,
            cancellationToken: ct))];
    }

    /// <summary>
    /// Begins a job. It reads everything when <paramref name="full"/> is asked for, when the day's full one has not been
    /// made, or when properties or units came, or came back, whose changes were passed over; else what changed since the mark. A job of the same kind that was left running is ended as failed.
    /// </summary>
    /// <returns>Null for a city that is unknown or not sold.</returns>
    public Task<SyncPlan?> BeginAsync(SyncKind kind, Guid cityId, bool full, CancellationToken ct) =>
        database.TransactAsync<SyncPlan?>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var basis = await unit.Connection.QuerySingleOrDefaultAsync<Basis>(
                    """
                    SELECT c.slug, c.time_zone,
                           (SELECT max(j.started_at)
                            FROM reserve.sync_jobs j
                            WHERE j.city_id = c.id AND j.job_type = @Type AND j.status = 'completed' AND j.is_full) AS last_full,
                           (SELECT m.version
                            FROM reserve.host_marks m
                            WHERE m.city_id = c.id AND m.job_type = @Type) AS version,
                           CASE @Type
                               WHEN 'room_type_sync' THEN EXISTS (
                                   SELECT FROM reserve.properties_map p WHERE p.city_id = c.id AND p.behind_since IS NOT NULL)
                               WHEN 'availability_sync' THEN EXISTS (
                                   SELECT
                                   FROM reserve.unit_map u
                                   JOIN reserve.properties_map p ON p.id = u.property_id
                                   WHERE p.city_id = c.id AND u.behind_since IS NOT NULL)
                               ELSE false
                           END AS is_behind
                    FROM reserve.cities c
                    WHERE c.id = @cityId
                      AND c.is_active
                    """,
                    new { cityId, Type = kind.JobType() });
                if (basis is null)
                {
                    return null;
                }

                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.sync_jobs
                    SET status = 'failed', error_message = 'a later job took over', completed_at = @now, updated_at = @now
                    WHERE city_id = @cityId AND job_type = @Type AND status = 'running'
                    """,
                    new { cityId, Type = kind.JobType(), now });
                var since = full || basis.IsBehind
                    || FullSync.IsDue(basis.LastFull, now, basis.TimeZone, options.Value.FullSyncHour)
                        ? null
                        : basis.Version;
                var id = Guid.CreateVersion7(now);
                await unit.Connection.ExecuteAsync(
                    """
                    INSERT INTO reserve.sync_jobs (id, job_type, city_id, is_full, started_at, updated_at)
                    VALUES (@id, @Type, @cityId, @IsFull, @now, @now)
                    """,
                    new { id, Type = kind.JobType(), cityId, IsFull = since is null, now });
                var today = CityDay.At(now, basis.TimeZone);
                return new SyncPlan(
                    id, kind, cityId, basis.Slug, since, today, today.AddDays(options.Value.CalendarDays),
                    options.Value.SyncTries, options.Value.SyncFirstPause, options.Value.SyncLongestPause, options.Value.MostPages);
            },
            ct);

    /// <summary>Writes down how far a job is; twice is the same as once.</summary>
    internal static Task ProgressAsync(UnitOfWork unit, SyncPlan plan, SyncProgress progress, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.sync_jobs
            SET records_processed = @Processed, records_failed = @Failed, host_version = @Version, next_cursor = @Cursor, updated_at = @now
            WHERE id = @JobId
              AND status = 'running'
            """,
            new { plan.JobId, progress.Processed, progress.Failed, progress.Version, progress.Cursor, now });

    /// <summary>The job is done; the next one starts from its version. After a full one nothing that it saw is behind any more.</summary>
    internal static async Task CompleteAsync(UnitOfWork unit, SyncPlan plan, string? remark, DateTimeOffset now)
    {
        var (version, began) = await unit.Connection.QuerySingleOrDefaultAsync<(long?, DateTimeOffset?)>(
            """
            UPDATE reserve.sync_jobs
            SET status = 'completed', error_message = @remark, completed_at = @now, updated_at = @now
            WHERE id = @JobId
              AND status = 'running'
            RETURNING host_version, started_at
            """,
            new { plan.JobId, remark, now });
        if (began is not { } start)
        {
            return;
        }

        await HostMarks.SetAsync(unit, plan.CityId, plan.Kind, version, plan.SinceVersion is null, start);
        if (plan.SinceVersion is null)
        {
            await CaughtUpAsync(unit, plan, start);
        }
    }

    private static Task CaughtUpAsync(UnitOfWork unit, SyncPlan plan, DateTimeOffset began) => plan.Kind switch
    {
        SyncKind.RoomTypes => unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.properties_map
            SET behind_since = NULL
            WHERE city_id = @CityId
              AND behind_since < @began
            """,
            new { plan.CityId, began }),
        SyncKind.Availability => unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.unit_map u
            SET behind_since = NULL
            FROM reserve.properties_map p
            WHERE p.id = u.property_id
              AND p.city_id = @CityId
              AND u.behind_since < @began
            """,
            new { plan.CityId, began }),
        _ => Task.CompletedTask,
    };

    /// <summary>The job cannot go on: says so in its row and in the event <c>sync.failed</c>. The next run starts anew.</summary>
    /// <param name="reason">Safe to show to staff.</param>
    public async Task FailAsync(SyncPlan plan, string reason, CancellationToken ct)
    {
        var isEnded = await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var failed = await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.sync_jobs
                    SET status = 'failed', error_message = @Reason, completed_at = @now, updated_at = @now
                    WHERE id = @JobId
                      AND status = 'running'
                    """,
                    new { plan.JobId, Reason = reason.Length > LongestError ? reason[..LongestError] : reason, now });
                if (failed == 1)
                {
                    await Outbox.AppendAsync(
                        unit, "sync.failed", "sync_job", plan.JobId,
                        new { JobType = plan.Kind.JobType(), plan.CityId, City = plan.CitySlug }, now);
                }

                return failed == 1;
            },
            ct);
        // Once it is committed: an alert counts on it.
        if (isEnded)
        {
            log.LogError("Sync job {JobId} of {City}: reading {JobType} from the Host failed", plan.JobId, plan.CitySlug, plan.Kind.JobType());
        }
    }

    private sealed record Basis(
        string Slug, string TimeZone, DateTimeOffset? LastFull, long? Version, bool IsBehind);
}
