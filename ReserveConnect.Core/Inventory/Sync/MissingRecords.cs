using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>What a full list of the Host no longer has is no longer sold.</summary>
internal static class MissingRecords
{
    /// <summary>Below so many records a share says nothing: a city of three properties may lose two.</summary>
    private const int FewRecords = 10;

    /// <summary>
    /// Deactivates properties or units that the job did not see. When more than <paramref name="mostMissing"/> of them
    /// are missing, nothing is done and the remark says so.
    /// </summary>
    /// <returns>A remark for the job's row; null when there is nothing to say.</returns>
    public static async Task<string?> DeactivateAsync(UnitOfWork unit, SyncPlan plan, double mostMissing, DateTimeOffset now)
    {
        // A record that was refused in this run was seen: its row stands as it last was.
        var missingOf = plan.Kind == SyncKind.Properties
            ? """
              FROM reserve.properties_map m
              CROSS JOIN (SELECT started_at FROM reserve.sync_jobs WHERE id = @JobId) j
              WHERE m.city_id = @CityId
                AND m.is_active
              """
            : """
              FROM reserve.unit_map m
              JOIN reserve.properties_map p ON p.id = m.property_id
              CROSS JOIN (SELECT started_at FROM reserve.sync_jobs WHERE id = @JobId) j
              WHERE p.city_id = @CityId
                AND m.is_active
              """;
        const string unseen =
            "COALESCE(m.host_last_synced_at < j.started_at, true) AND NOT (m.sync_status = 'failed' AND m.updated_at >= j.started_at)";
        var (active, missing) = await unit.Connection.QuerySingleAsync<(int Active, int Missing)>(
            $"SELECT count(*)::integer, count(*) FILTER (WHERE {unseen})::integer {missingOf}",
            new { plan.JobId, plan.CityId });
        if (missing == 0)
        {
            return null;
        }

        if (active > FewRecords && missing > active * mostMissing)
        {
            return $"{missing} of {active} are missing from the Host's list; taken for a fault of the Host, none deactivated";
        }

        var table = plan.Kind == SyncKind.Properties ? "properties_map" : "unit_map";
        await unit.Connection.ExecuteAsync(
            $"UPDATE reserve.{table} SET is_active = false, updated_at = @now WHERE id IN (SELECT m.id {missingOf} AND {unseen})",
            new { plan.JobId, plan.CityId, now });
        await InventoryChanged.OfCatalogueAsync(unit, plan.CityId, now);
        return $"{missing} no longer in the Host's list were deactivated";
    }
}
