using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Reads one page of the Host and writes it, for jobs, for webhooks and for properties alone: the same page twice, late, or
/// at the same time as another comes to the same.
/// </summary>
public sealed class PageReader(
    ReserveDatabase database,
    HostConnectClient host,
    RefusalBook refusals,
    TimeProvider clock,
    IOptions<InventoryOptions> options,
    ILogger<PageReader> log)
{
    /// <summary>Refused records that the log names, per page.</summary>
    private const int MostLogged = 20;

    private static readonly Dictionary<Guid, string[]> NoNights = [];

    /// <summary>Fetches a page, writes it in one transaction, and keeps in a second one what of it was refused.</summary>
    /// <exception cref="HostSyncException">The Host did not give the page.</exception>
    internal async Task<SyncedPage> ReadAsync(SyncReading reading, string? cursor, CancellationToken ct)
    {
        var page = reading.Kind switch
        {
            SyncKind.Properties => await PropertiesAsync(reading, cursor, ct),
            SyncKind.RoomTypes => await RoomTypesAsync(reading, cursor, ct),
            SyncKind.Availability => await AvailabilityAsync(reading, cursor, ct),
            _ => throw new ArgumentOutOfRangeException(nameof(reading), reading.Kind, null),
        };
        foreach (var refused in page.Refused.DistinctBy(r => (r.HostId, r.Reason)).Take(MostLogged))
        {
            log.LogWarning(
                "Sync job {JobId} of {City}: record {HostId} of the Host refused: {Reason}",
                reading.By, reading.CitySlug, refused.HostId, refused.Reason);
        }

        await refusals.KeepAsync(reading, page, ct);
        return page;
    }

    private async Task<SyncedPage> PropertiesAsync(SyncReading reading, string? cursor, CancellationToken ct)
    {
        var page = Got(await host.ListProperties(
            reading.CitySlug, reading.Since, cursor, options.Value.CataloguePageSize, ct, reading.HostPropertyId));
        var now = clock.GetUtcNow();
        var (city, vocabulary) = await BasisAsync(reading.CityId, ct);
        var (rows, refused) = HostRecords.Check(page.Items, p => p.Id, p => p.Id, p => PropertyRow.From(p, city, vocabulary, options.Value, now));
        refused.AddRange(RefusedRecord.Of(page.Broken, SyncKind.Properties));
        var unstorable = await WriteAsync(
            rows,
            (unit, some) => PropertyWriter.WriteAsync(unit, reading.CityId, some, refused, clock.GetUtcNow()),
            row => new RefusedRecord(row.HostPropertyId, "not_storable", row.HostPropertyId),
            ct);
        return Synced(page, rows.Select(row => row.HostPropertyId), [.. refused, .. unstorable]);
    }

    private async Task<SyncedPage> RoomTypesAsync(SyncReading reading, string? cursor, CancellationToken ct)
    {
        var page = Got(await host.ListRoomTypes(
            reading.CitySlug, reading.Since, cursor, options.Value.CataloguePageSize, ct, reading.HostPropertyId));
        var now = clock.GetUtcNow();
        var (_, vocabulary) = await BasisAsync(reading.CityId, ct);
        var (rows, refused) = HostRecords.Check(page.Items, r => r.Id, r => r.PropertyId, r => RoomTypeRow.From(r, vocabulary, options.Value, now));
        refused.AddRange(RefusedRecord.Of(page.Broken, SyncKind.RoomTypes));
        List<RefusedRecord> unfit = [];
        var unstorable = await WriteAsync(
            rows,
            async (unit, some) => unfit.AddRange(await RoomTypeWriter.WriteAsync(unit, reading.CityId, some, refused, clock.GetUtcNow())),
            row => new RefusedRecord(row.HostUnitId, "not_storable", row.HostPropertyId),
            ct);
        return Synced(page, rows.Select(row => row.HostUnitId), [.. refused, .. unfit.DistinctBy(r => r.HostId), .. unstorable]);
    }

    private async Task<SyncedPage> AvailabilityAsync(SyncReading reading, string? cursor, CancellationToken ct)
    {
        var page = Got(await host.ListAvailability(
            reading.CitySlug, reading.From, reading.To, reading.Since, cursor, options.Value.AvailabilityPageSize, ct, reading.HostPropertyId));
        return await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var unitIds = (await unit.Connection.QueryAsync<(Guid HostId, Guid Id)>(
                    """
                    SELECT u.host_unit_id, u.id
                    FROM reserve.unit_map u
                    JOIN reserve.properties_map p ON p.id = u.property_id
                    WHERE u.host_unit_id = ANY(@HostIds)
                      AND p.city_id = @CityId
                    """,
                    new { reading.CityId, HostIds = page.Items.Select(item => item.RoomTypeId).ToArray() })).ToDictionary(u => u.HostId, u => u.Id);
                var calendar = CalendarPage.Of(page.Items, unitIds, reading.From, reading.To);
                var changed = await CalendarWriter.WriteAsync(unit, calendar, now, ct);
                if (changed.Count > 0)
                {
                    await InventoryChanged.OfNightsAsync(
                        unit, reading.CityId, [.. changed.Select(c => c.UnitId)],
                        changed.Min(c => c.First), changed.Max(c => c.Last).AddDays(1), now);
                }

                return new SyncedPage(
                    page.NextCursor, page.Version, calendar.Count,
                    [.. calendar.Refused, .. RefusedRecord.Of(page.Broken, SyncKind.Availability)],
                    [.. calendar.Written.Keys], calendar.Written, [.. changed.Select(c => c.UnitId)]);
            },
            ct);
    }

    private async Task<(SyncCity City, AmenityVocabulary Vocabulary)> BasisAsync(Guid cityId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var city = await connection.QuerySingleAsync<SyncCity>(
            "SELECT id, slug, time_zone, currency FROM reserve.cities WHERE id = @cityId", new { cityId });
        return (city, await AmenityVocabulary.LoadAsync(connection));
    }

    // What the checks let through and the database does not take is found by halves: the rest of the page goes on.
    private async Task<List<RefusedRecord>> WriteAsync<TRow>(
        List<TRow> rows, Func<UnitOfWork, List<TRow>, Task> write, Func<TRow, RefusedRecord> refuse, CancellationToken ct)
    {
        try
        {
            await database.TransactAsync(unit => write(unit, rows), ct);
            return [];
        }
        catch (PostgresException unstorable) when (rows.Count > 0 && unstorable.SqlState is ['2', '2' or '3', ..])
        {
            if (rows.Count == 1)
            {
                return [refuse(rows[0])];
            }

            var half = rows.Count / 2;
            return
            [
                .. await WriteAsync(rows[..half], write, refuse, ct),
                .. await WriteAsync(rows[half..], write, refuse, ct),
            ];
        }
    }

    private static SyncedPage Synced<T>(HostPage<T> page, IEnumerable<Guid> hostIds, IReadOnlyList<RefusedRecord> refused)
    {
        var not = refused.Where(r => r.Reason != "duplicate").Select(r => r.HostId).ToHashSet();
        Guid[] seen = [.. hostIds.Where(id => !not.Contains(id))];
        return new SyncedPage(page.NextCursor, page.Version, seen.Length, refused, seen, NoNights, []);
    }

    private static HostPage<T> Got<T>(ProviderAnswer<HostPage<T>> answer) => answer.Match(
        page => page,
        refused => throw new HostSyncException($"{HostSyncException.Opening}refused with {refused.Status} {refused.Code}"),
        notSent => throw new HostSyncException($"{HostSyncException.Opening}was not reached ({notSent.Reason})"),
        unknown => throw new HostSyncException($"{HostSyncException.Opening}gave no answer ({unknown.Reason})"));
}
