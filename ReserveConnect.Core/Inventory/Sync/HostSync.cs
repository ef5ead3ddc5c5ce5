using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// The steps of a sync job: one page after the other, then the end. Every step may run twice. Who calls them in order,
/// tries a page again and gives up is the orchestration <c>host_sync</c>.
/// </summary>
public sealed class HostSync(
    ReserveDatabase database, PageReader pages, RefusalBook refusals, TimeProvider clock, IOptions<InventoryOptions> options)
{
    /// <summary>Fetches the next page and writes it in one transaction.</summary>
    /// <returns>How far the job is now.</returns>
    /// <exception cref="HostSyncException">The Host did not give the page.</exception>
    public async Task<SyncProgress> PageAsync(SyncPlan plan, SyncProgress progress, CancellationToken ct)
    {
        var page = await pages.ReadAsync(SyncReading.Of(plan), progress.Cursor, ct);

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
                await CatalogueLock.TakeAsync(unit);
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

                if (plan.SinceVersion is null)
                {
                    await refusals.ForgetUnseenAsync(unit, plan, now);
                }

                await SyncJobs.CompleteAsync(unit, plan, remark, now);
            },
            ct);

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
