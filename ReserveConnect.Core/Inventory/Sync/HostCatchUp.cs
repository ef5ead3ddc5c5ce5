using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Reads what changed at the Host since the mark, at once. One reading of a city and kind at a time in this process: whoever
/// waited for it mostly finds that it has read what they came for, so a thousand webhooks are a few readings.
/// </summary>
public sealed class HostCatchUp(
    ReserveDatabase database,
    PageReader pages,
    PropertySync alone,
    TimeProvider clock,
    IOptions<InventoryOptions> inventory,
    IOptions<HostSyncOptions> options)
{
    private readonly ConcurrentDictionary<(Guid CityId, SyncKind Kind), SemaphoreSlim> _turns = new();

    /// <summary>Sees to it that everything up to a version is here. A city that no job has read yet is left to the jobs.</summary>
    /// <exception cref="HostSyncException">The Host does not answer in time, or its list does not have the change yet.</exception>
    public async Task RunAsync(SyncCity city, SyncKind kind, long version, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(city);
        using var patience = new CancellationTokenSource(options.Value.WebhookPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        var turn = _turns.GetOrAdd((city.Id, kind), _ => new SemaphoreSlim(1, 1));
        try
        {
            await turn.WaitAsync(either.Token);
            try
            {
                await ReadAsync(city, kind, version, either.Token);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HostSyncException($"{HostSyncException.Opening}gave no answer to a webhook's question in time");
        }
    }

    /// <summary>Reads new and re-activated properties whole, if they are few; many are what the next job is for.</summary>
    public async Task ReadNewcomersAsync(SyncCity city, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(city);
        List<Guid> behind;
        await using (var connection = await database.OpenAsync(ct))
        {
            behind = [.. await connection.QueryAsync<Guid>(
                """
                SELECT p.host_property_id
                FROM reserve.properties_map p
                WHERE p.city_id = @Id
                  AND (p.behind_since IS NOT NULL
                       OR EXISTS (SELECT FROM reserve.unit_map u WHERE u.property_id = p.id AND u.behind_since IS NOT NULL))
                LIMIT @Most
                """,
                new { city.Id, Most = options.Value.WebhookProperties + 1 })];
        }

        if (behind.Count <= options.Value.WebhookProperties)
        {
            foreach (var hostPropertyId in behind)
            {
                try
                {
                    await alone.RunAsync(city, hostPropertyId, ct);
                }
                catch (Exception) when (!ct.IsCancellationRequested)
                {
                    // Its job says so; it stays behind for the next one, and the others have their turn.
                }
            }
        }
    }

    private async Task ReadAsync(SyncCity city, SyncKind kind, long version, CancellationToken ct)
    {
        long? mark;
        await using (var connection = await database.OpenAsync(ct))
        {
            mark = await HostMarks.FindAsync(connection, city.Id, kind);
        }

        if (mark is null || mark >= version)
        {
            return;
        }

        var began = clock.GetUtcNow();
        var today = CityDay.At(began, city.TimeZone);
        var reading = new SyncReading(kind, city.Id, city.Slug, mark, today, today.AddDays(inventory.Value.CalendarDays));
        string? cursor = null;
        long? upTo = null;
        HashSet<Guid> changed = [];
        for (var read = 0; read == 0 || cursor is not null; read++)
        {
            if (read == options.Value.WebhookPages)
            {
                return;
            }

            var page = await pages.ReadAsync(reading, cursor, ct);
            upTo ??= page.Version;
            changed.UnionWith(page.ChangedUnits);
            cursor = page.NextCursor;
        }

        await database.TransactAsync(unit => HostMarks.SetAsync(unit, city.Id, kind, upTo, isWhole: false, began), ct);
        if (changed.Count > 0)
        {
            await CompareAsync(city, today, changed, ct);
        }

        if (upTo < version)
        {
            throw new HostSyncException($"{HostSyncException.Opening}announced a change that its list does not have yet");
        }
    }

    // Bookings of ours are most of what changes, and their counts agree: those are not worth a comparison of the city.
    private Task CompareAsync(SyncCity city, DateOnly today, HashSet<Guid> changed, CancellationToken ct) =>
        database.TransactAsync(
            async unit =>
            {
                // The nights first: a planner that expects counts to differ, which they hardly ever do, reads the whole calendar
                // in the hope of one.
                var isWorthIt = await unit.Connection.ExecuteScalarAsync<bool>(
                    """
                    WITH nights AS MATERIALIZED (
                        SELECT n.host_sold_count, n.bookings_count, n.allotment, n.temp_holds
                        FROM reserve.availability_calendar n
                        WHERE n.unit_id = ANY (@Units)
                          AND n.date >= @today)
                    SELECT EXISTS (SELECT
                                   FROM nights n
                                   WHERE n.host_sold_count <> n.bookings_count
                                      OR n.allotment < n.bookings_count + n.temp_holds)
                        OR EXISTS (SELECT
                                   FROM reserve.exceptions e
                                   WHERE e.status IN ('open', 'in_progress')
                                     AND e.exception_type IN ('inventory_mismatch', 'overbooked')
                                     AND e.context ->> 'unit_id' = ANY (@Names))
                    """,
                    new { today, Units = changed.ToArray(), Names = changed.Select(id => id.ToString()).ToArray() });
                if (isWorthIt)
                {
                    var now = clock.GetUtcNow();
                    await CatalogueLock.TakeAsync(unit);
                    await CountDifferences.CompareAsync(
                        unit, city.Id, today, now - inventory.Value.CountsGrace, now + inventory.Value.CountsDue, now);
                }
            },
            ct);
}
