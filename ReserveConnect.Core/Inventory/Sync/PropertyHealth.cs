using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Which properties have failed: those of which something is refused that leaves what is here behind. Each is said once when
/// it begins and once when it ends. The caller holds <see cref="CatalogueLock"/>.
/// </summary>
internal static class PropertyHealth
{
    /// <param name="firstTry">When such a property is asked for alone.</param>
    public static async Task FailAsync(
        UnitOfWork unit, Guid cityId, string city, List<(Guid HostPropertyId, string Reason)> failed, DateTimeOffset firstTry, DateTimeOffset now)
    {
        if (failed.Count == 0)
        {
            return;
        }

        var reasons = failed.ToDictionary(f => f.HostPropertyId, f => f.Reason);
        var fresh = (await unit.Connection.QueryAsync<Guid>(
            """
            INSERT INTO reserve.property_retries (host_property_id, city_id, failed_at, next_try_at)
            SELECT f, @cityId, @now, @firstTry
            FROM unnest(@Failed) AS f
            ON CONFLICT (host_property_id) DO NOTHING
            RETURNING host_property_id
            """,
            new { cityId, now, firstTry, Failed = reasons.Keys.ToArray() })).ToArray();
        var known = await MarkAsync(unit, fresh, "failed");
        foreach (var hostPropertyId in fresh)
        {
            var propertyId = known.TryGetValue(hostPropertyId, out var id) ? id : (Guid?)null;
            await unit.Connection.ExecuteAsync(
                """
                INSERT INTO reserve.sync_jobs (
                    id, job_type, city_id, property_id, host_property_id, status, is_full, error_message, records_failed, started_at, completed_at,
                    updated_at)
                VALUES (@Id, 'single_property_sync', @cityId, @propertyId, @hostPropertyId, 'failed', false, @Reason, 1, @now, @now, @now)
                """,
                new { Id = Guid.CreateVersion7(now), cityId, propertyId, hostPropertyId, Reason = $"the Host's record was refused: {reasons[hostPropertyId]}", now });
            await TellAsync(unit, "sync.property_failed", city, hostPropertyId, propertyId, reasons[hostPropertyId], now);
        }

        if (known.Count > 0)
        {
            await InventoryChanged.OfCatalogueAsync(unit, cityId, now);
        }
    }

    /// <summary>Of which properties of the city nothing is refused any more.</summary>
    public static async Task RecoverAsync(UnitOfWork unit, Guid cityId, string city, DateTimeOffset now)
    {
        var recovered = (await unit.Connection.QueryAsync<Guid>(
            """
            DELETE FROM reserve.property_retries t
            WHERE t.city_id = @cityId
              AND NOT EXISTS (SELECT
                              FROM reserve.sync_refusals r
                              WHERE r.host_property_id = t.host_property_id
                                AND r.cleared_at IS NULL
                                AND r.reason <> ALL (@Harmless))
            RETURNING t.host_property_id
            """,
            new { cityId, RefusedRecord.Harmless })).ToArray();
        if (recovered.Length == 0)
        {
            return;
        }

        var known = await MarkAsync(unit, recovered, "synced");
        foreach (var hostPropertyId in recovered)
        {
            await TellAsync(
                unit, "sync.property_recovered", city, hostPropertyId, known.TryGetValue(hostPropertyId, out var id) ? id : null, null, now);
        }

        await InventoryChanged.OfCatalogueAsync(unit, cityId, now);
    }

    private static async Task<Dictionary<Guid, Guid>> MarkAsync(UnitOfWork unit, Guid[] hostPropertyIds, string status) =>
        (await unit.Connection.QueryAsync<(Guid HostId, Guid Id)>(
            """
            UPDATE reserve.properties_map
            SET sync_status = @status
            WHERE host_property_id = ANY (@hostPropertyIds)
            RETURNING host_property_id, id
            """,
            new { hostPropertyIds, status })).ToDictionary(row => row.HostId, row => row.Id);

    private static Task TellAsync(
        UnitOfWork unit, string type, string city, Guid hostPropertyId, Guid? propertyId, string? reason, DateTimeOffset now) =>
        Outbox.AppendAsync(
            unit, type, "property", propertyId ?? hostPropertyId,
            new { City = city, HostPropertyId = hostPropertyId, PropertyId = propertyId, Reason = reason }, now);
}
