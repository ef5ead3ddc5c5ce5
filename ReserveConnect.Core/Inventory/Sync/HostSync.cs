using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// The steps of a sync job: one page after the other, then the end. Every step may run twice. Who calls them in order,
/// tries a page again and gives up is the orchestration <c>host_sync</c>.
/// </summary>
public sealed class HostSync(
    ReserveDatabase database,
    HostConnectClient host,
    TimeProvider clock,
    IOptions<InventoryOptions> options,
    ILogger<HostSync> log)
{
    /// <summary>Refused records that the log names, per page.</summary>
    private const int MostLogged = 20;

    /// <summary>Fetches the next page and writes it in one transaction.</summary>
    /// <returns>How far the job is now.</returns>
    /// <exception cref="HostSyncException">The Host did not give the page.</exception>
    public async Task<SyncProgress> PageAsync(SyncPlan plan, SyncProgress progress, CancellationToken ct)
    {
        var page = plan.Kind switch
        {
            SyncKind.Properties => await PropertiesAsync(plan, progress.Cursor, ct),
            SyncKind.RoomTypes => await RoomTypesAsync(plan, progress.Cursor, ct),
            SyncKind.Availability => await AvailabilityAsync(plan, progress.Cursor, ct),
            _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Kind, null),
        };
        foreach (var refused in page.Refused.DistinctBy(r => (r.HostId, r.Reason)).Take(MostLogged))
        {
            log.LogWarning(
                "Sync job {JobId} of {City}: record {HostId} of the Host refused: {Reason}",
                plan.JobId, plan.CitySlug, refused.HostId, refused.Reason);
        }

        // The first page's version counts: what changed while later pages were read is read again next time.
        var next = new SyncProgress(
            progress.Pages + 1,
            page.NextCursor,
            progress.Pages == 0 ? page.Version : progress.Version,
            progress.Processed + page.Processed,
            progress.Failed + page.Refused.Count);
        await database.TransactAsync(unit => SyncJobs.ProgressAsync(unit, plan, next, clock.GetUtcNow()), ct);
        return next;
    }

    /// <summary>
    /// Ends a job whose last page is written: deactivates what a full list no longer has, brings service fees up to
    /// date, compares the counts.
    /// </summary>
    public Task FinishAsync(SyncPlan plan, CancellationToken ct) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var remark = plan.SinceVersion is null && plan.Kind != SyncKind.Availability
                    ? await MissingRecords.DeactivateAsync(unit, plan, options.Value.MostMissing, now)
                    : null;
                if (plan.Kind == SyncKind.RoomTypes)
                {
                    await ServiceFeesAsync(unit, plan.CityId, now);
                }

                if (plan.Kind == SyncKind.Availability)
                {
                    await CountDifferences.CompareAsync(
                        unit, plan.CityId, plan.From, now - options.Value.CountsGrace, now + options.Value.CountsDue, now);
                }

                await SyncJobs.CompleteAsync(unit, plan, remark, now);
            },
            ct);

    private async Task<SyncedPage> PropertiesAsync(SyncPlan plan, string? cursor, CancellationToken ct)
    {
        var page = Got(await host.ListProperties(plan.CitySlug, plan.SinceVersion, cursor, options.Value.CataloguePageSize, ct));
        return await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var city = await unit.Connection.QuerySingleAsync<SyncCity>(
                    "SELECT id, slug, time_zone, currency FROM reserve.cities WHERE id = @CityId", new { plan.CityId });
                var vocabulary = await AmenityVocabulary.LoadAsync(unit.Connection);
                var (rows, refused) = HostRecords.Check(page.Items, p => p.Id, p => PropertyRow.From(p, city, vocabulary, options.Value, now));
                await PropertyWriter.WriteAsync(unit, plan.CityId, rows, refused, now);
                return new SyncedPage(page.NextCursor, page.Version, rows.Count, refused);
            },
            ct);
    }

    private async Task<SyncedPage> RoomTypesAsync(SyncPlan plan, string? cursor, CancellationToken ct)
    {
        var page = Got(await host.ListRoomTypes(plan.CitySlug, plan.SinceVersion, cursor, options.Value.CataloguePageSize, ct));
        return await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var vocabulary = await AmenityVocabulary.LoadAsync(unit.Connection);
                var (rows, refused) = HostRecords.Check(page.Items, r => r.Id, r => RoomTypeRow.From(r, vocabulary, options.Value, now));
                var unfit = await RoomTypeWriter.WriteAsync(unit, plan.CityId, rows, refused, now);
                return new SyncedPage(page.NextCursor, page.Version, rows.Count - unfit.Count, [.. refused, .. unfit]);
            },
            ct);
    }

    private async Task<SyncedPage> AvailabilityAsync(SyncPlan plan, string? cursor, CancellationToken ct)
    {
        var page = Got(await host.ListAvailability(
            plan.CitySlug, plan.From, plan.To, plan.SinceVersion, cursor, options.Value.AvailabilityPageSize, ct));
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
                    new { plan.CityId, HostIds = page.Items.Select(item => item.RoomTypeId).ToArray() })).ToDictionary(u => u.HostId, u => u.Id);
                var calendar = CalendarPage.Of(page.Items, unitIds, plan.From, plan.To);
                var changed = await CalendarWriter.WriteAsync(unit, calendar, now, ct);
                if (changed.Count > 0)
                {
                    await InventoryChanged.OfNightsAsync(
                        unit, plan.CityId, [.. changed.Select(c => c.UnitId)],
                        changed.Min(c => c.First), changed.Max(c => c.Last).AddDays(1), now);
                }

                return new SyncedPage(page.NextCursor, page.Version, calendar.Count, calendar.Refused);
            },
            ct);
    }

    private static async Task ServiceFeesAsync(UnitOfWork unit, Guid cityId, DateTimeOffset now)
    {
        var changed = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.rate_plans r
            SET service_fee_percentage = c.service_fee_percentage, updated_at = @now
            FROM reserve.properties_map p
            JOIN reserve.cities c ON c.id = p.city_id
            WHERE p.id = r.property_id
              AND c.id = @cityId
              AND r.service_fee_percentage <> c.service_fee_percentage
            """,
            new { cityId, now });
        if (changed > 0)
        {
            await InventoryChanged.OfCatalogueAsync(unit, cityId, now);
        }
    }

    private static HostPage<T> Got<T>(ProviderAnswer<HostPage<T>> answer) => answer.Match(
        page => page,
        refused => throw new HostSyncException($"{HostSyncException.Opening}refused with {refused.Status} {refused.Code}"),
        notSent => throw new HostSyncException($"{HostSyncException.Opening}was not reached ({notSent.Reason})"),
        unknown => throw new HostSyncException($"{HostSyncException.Opening}gave no answer ({unknown.Reason})"));
}

/// <summary>The Host did not give a page. The message is safe to show to staff.</summary>
public sealed class HostSyncException(string message) : Exception(message)
{
    /// <summary>
    /// How every such message begins. A durable host may pass on an exception's text without its type, and may take what
    /// stands before a colon for the type, so the messages have none.
    /// </summary>
    public const string Opening = "the Host ";
}
