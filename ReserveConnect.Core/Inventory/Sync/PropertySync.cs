using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Reads one property with its room types and all their nights, as a job of its own in <c>sync_jobs</c>.</summary>
public sealed class PropertySync(ReserveDatabase database, PageReader pages, TimeProvider clock, IOptions<InventoryOptions> options)
{
    /// <summary>Pages of one property's list; a Host that never ends it is given up.</summary>
    private const int MostPages = 100;

    /// <summary>
    /// Reads it. What of it is refused is listed; what was refused before and is not any more is cleared, and the property
    /// with it.
    /// </summary>
    /// <exception cref="HostSyncException">The Host did not give it; the job says so.</exception>
    public async Task RunAsync(SyncCity city, Guid hostPropertyId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(city);
        var began = clock.GetUtcNow();
        var nightsBegan = began;
        var jobId = Guid.CreateVersion7(began);
        await BeginAsync(jobId, city, hostPropertyId, began, ct);
        try
        {
            var (processed, failed) = (0, 0);
            foreach (var kind in (SyncKind[])[SyncKind.Properties, SyncKind.RoomTypes, SyncKind.Availability])
            {
                var today = CityDay.At(began, city.TimeZone);
                // A unit that comes back after its nights were asked for is still behind.
                nightsBegan = clock.GetUtcNow();
                var reading = new SyncReading(
                    kind, city.Id, city.Slug, null, today, today.AddDays(options.Value.CalendarDays), hostPropertyId, jobId);
                string? cursor = null;
                for (var read = 0; read == 0 || cursor is not null; read++)
                {
                    if (read == MostPages)
                    {
                        throw new HostSyncException($"{HostSyncException.Opening}gave a property's list without end");
                    }

                    var page = await pages.ReadAsync(reading, cursor, ct);
                    (processed, failed, cursor) = (processed + page.Processed, failed + page.Refused.Count, page.NextCursor);
                }
            }

            await EndAsync(jobId, city, hostPropertyId, processed, failed, began, nightsBegan, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            await FailAsync(jobId, failure is HostSyncException ? failure.Message : $"a step failed ({failure.GetType().Name})", ct);
            throw;
        }
    }

    private async Task BeginAsync(Guid jobId, SyncCity city, Guid hostPropertyId, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.sync_jobs (id, job_type, city_id, property_id, host_property_id, started_at, updated_at)
            VALUES (@jobId, 'single_property_sync', @Id,
                    (SELECT p.id FROM reserve.properties_map p WHERE p.host_property_id = @hostPropertyId), @hostPropertyId, @now, @now)
            """,
            new { jobId, city.Id, hostPropertyId, now });
    }

    private Task EndAsync(Guid jobId, SyncCity city, Guid hostPropertyId, int processed, int failed, DateTimeOffset began, DateTimeOffset nightsBegan, CancellationToken ct) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await CatalogueLock.TakeAsync(unit);
                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.sync_refusals
                    SET cleared_at = @now
                    WHERE host_property_id = @hostPropertyId
                      AND cleared_at IS NULL
                      AND last_seen_at < @began;

                    UPDATE reserve.properties_map
                    SET behind_since = NULL
                    WHERE host_property_id = @hostPropertyId
                      AND behind_since < @began;

                    UPDATE reserve.unit_map u
                    SET behind_since = NULL
                    FROM reserve.properties_map p
                    WHERE p.id = u.property_id
                      AND p.host_property_id = @hostPropertyId
                      AND u.behind_since <= @nightsBegan;

                    UPDATE reserve.sync_jobs
                    SET status = CASE WHEN @failed = 0 THEN 'completed' ELSE 'failed' END,
                        error_message = CASE WHEN @failed > 0 THEN 'some of the Host''s records were refused' END,
                        records_processed = @processed, records_failed = @failed, completed_at = @now, updated_at = @now,
                        property_id = COALESCE(property_id, (SELECT p.id FROM reserve.properties_map p WHERE p.host_property_id = @hostPropertyId))
                    WHERE id = @jobId
                    """,
                    new { jobId, hostPropertyId, processed, failed, began, nightsBegan, now });
                await PropertyHealth.RecoverAsync(unit, city.Id, city.Slug, now);
            },
            ct);

    private async Task FailAsync(Guid jobId, string reason, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.sync_jobs
            SET status = 'failed', error_message = @reason, completed_at = @now, updated_at = @now
            WHERE id = @jobId
            """,
            new { jobId, reason, now = clock.GetUtcNow() });
    }
}
