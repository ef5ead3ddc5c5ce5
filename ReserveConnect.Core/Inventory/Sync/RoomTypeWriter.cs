using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Writes a page of room types into <c>unit_map</c> and <c>rate_plans</c>.</summary>
internal static class RoomTypeWriter
{
    /// <summary>Writes the rows whose property is known.</summary>
    /// <returns>The rows that were refused: no such property here, or another one than before.</returns>
    public static async Task<List<RefusedRecord>> WriteAsync(
        UnitOfWork unit, Guid cityId, List<RoomTypeRow> rows, IReadOnlyList<RefusedRecord> refused, DateTimeOffset now)
    {
        await CatalogueLock.TakeAsync(unit);
        var (fitting, unfit) = await SortAsync(unit, cityId, rows);
        var changed = (await unit.Connection.QueryAsync<Guid>(
            """
            WITH r AS (
                SELECT r.*, p.id AS property_id, p.cleaning_fee, p.currency, c.service_fee_percentage
                FROM jsonb_to_recordset(@Rows::jsonb) AS r (
                    id uuid, rate_plan_id uuid, host_unit_id uuid, host_property_id uuid, name text, slug text, description text,
                    max_occupancy integer, base_capacity integer, size_m2 integer, beds jsonb, amenities jsonb,
                    amenities_unknown text[], images jsonb, is_active boolean, host_version bigint, base_price numeric, extra_guest_fee numeric, discounts jsonb)
                JOIN reserve.properties_map p ON p.host_property_id = r.host_property_id
                JOIN reserve.cities c ON c.id = p.city_id
                ORDER BY r.host_unit_id
            ), units AS (
                INSERT INTO reserve.unit_map AS u (
                    id, host_unit_id, property_id, name, slug, description, max_occupancy, base_capacity, size_m2,
                    bed_configuration, amenities_cached, amenities_unknown, images_cached, is_active, host_version,
                    behind_since, created_at, updated_at)
                SELECT r.id, r.host_unit_id, r.property_id, r.name, r.slug, r.description, r.max_occupancy, r.base_capacity,
                       r.size_m2, r.beds, r.amenities, r.amenities_unknown, r.images, r.is_active, r.host_version, @now, @now, @now
                FROM r
                ON CONFLICT (host_unit_id) DO UPDATE
                SET name = excluded.name, description = excluded.description, max_occupancy = excluded.max_occupancy,
                    base_capacity = excluded.base_capacity, size_m2 = excluded.size_m2,
                    bed_configuration = excluded.bed_configuration, amenities_cached = excluded.amenities_cached,
                    amenities_unknown = excluded.amenities_unknown, images_cached = excluded.images_cached, is_active = excluded.is_active,
                    host_version = excluded.host_version, updated_at = @now,
                    behind_since = CASE WHEN excluded.is_active AND NOT u.is_active THEN @now ELSE u.behind_since END
                WHERE u.host_version < excluded.host_version
                   OR (u.host_version = excluded.host_version
                       AND (u.name, u.description, u.max_occupancy, u.base_capacity, u.size_m2, u.bed_configuration,
                            u.amenities_cached, u.amenities_unknown, u.images_cached, u.is_active)
                           IS DISTINCT FROM
                           (excluded.name, excluded.description, excluded.max_occupancy, excluded.base_capacity, excluded.size_m2,
                            excluded.bed_configuration, excluded.amenities_cached, excluded.amenities_unknown, excluded.images_cached,
                            excluded.is_active))
                RETURNING u.id, u.host_unit_id, u.property_id
            ), plans AS (
                INSERT INTO reserve.rate_plans AS t (
                    id, property_id, unit_id, currency, base_price, extra_guest_fee, cleaning_fee, service_fee_percentage,
                    length_of_stay_discounts, updated_at)
                SELECT r.rate_plan_id, units.property_id, units.id, r.currency, r.base_price, r.extra_guest_fee, r.cleaning_fee,
                       r.service_fee_percentage, r.discounts, @now
                FROM units
                JOIN r ON r.host_unit_id = units.host_unit_id
                ON CONFLICT (unit_id) WHERE NOT is_season DO UPDATE
                SET currency = excluded.currency, base_price = excluded.base_price, extra_guest_fee = excluded.extra_guest_fee,
                    cleaning_fee = excluded.cleaning_fee, service_fee_percentage = excluded.service_fee_percentage,
                    length_of_stay_discounts = excluded.length_of_stay_discounts, updated_at = @now
            )
            SELECT id
            FROM units
            """,
            new { now, Rows = JsonSerializer.Serialize(fitting, EventJson.Options) })).ToArray();

        var seasons = await SeasonWriter.OfUnitsAsync(
            unit, fitting.Select(row => new SeasonsOf(row.HostUnitId, row.HostVersion, row.Seasons)), now);

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.unit_map
            SET host_last_synced_at = @now, sync_status = 'synced'
            WHERE host_unit_id = ANY(@Seen);

            UPDATE reserve.unit_map
            SET sync_status = 'failed', updated_at = @now
            WHERE host_unit_id = ANY(@Refused)
            """,
            new
            {
                now,
                Seen = fitting.Select(row => row.HostUnitId).ToArray(),
                Refused = refused.Concat(unfit).Where(r => r.Reason != "duplicate").Select(r => r.HostId).ToArray(),
            });
        if (changed.Length > 0 || seasons)
        {
            await InventoryChanged.OfCatalogueAsync(unit, cityId, now);
        }

        return unfit;
    }

    private static async Task<(List<RoomTypeRow> Fitting, List<RefusedRecord> Unfit)> SortAsync(
        UnitOfWork unit, Guid cityId, List<RoomTypeRow> rows)
    {
        var known = (await unit.Connection.QueryAsync<Known>(
            """
            SELECT p.host_property_id, p.city_id = @cityId AS in_city, u.host_unit_id, u.slug
            FROM reserve.properties_map p
            LEFT JOIN reserve.unit_map u ON u.property_id = p.id
            WHERE p.city_id = @cityId
              AND p.host_property_id = ANY(@Properties)
            UNION
            SELECT p.host_property_id, p.city_id = @cityId, u.host_unit_id, u.slug
            FROM reserve.unit_map u
            JOIN reserve.properties_map p ON p.id = u.property_id
            WHERE u.host_unit_id = ANY(@Units)
            """,
            new
            {
                cityId,
                Properties = rows.Select(row => row.HostPropertyId).Distinct().ToArray(),
                Units = rows.Select(row => row.HostUnitId).ToArray(),
            })).ToList();
        var properties = known.Where(k => k.InCity).Select(k => k.HostPropertyId).ToHashSet();
        var propertyOf = known.Where(k => k.HostUnitId is not null).ToDictionary(k => k.HostUnitId!.Value, k => k.HostPropertyId);
        var owners = known.Where(k => k.HostUnitId is not null).ToDictionary(k => (k.HostPropertyId, k.Slug!), k => k.HostUnitId!.Value);

        List<RoomTypeRow> fitting = new(rows.Count);
        List<RefusedRecord> unfit = [];
        foreach (var row in rows)
        {
            if (!properties.Contains(row.HostPropertyId))
            {
                unfit.Add(new RefusedRecord(row.HostUnitId, "unknown_property", row.HostPropertyId));
            }
            else if (propertyOf.TryGetValue(row.HostUnitId, out var before) && before != row.HostPropertyId)
            {
                unfit.Add(new RefusedRecord(row.HostUnitId, "property_changed", row.HostPropertyId));
            }
            else
            {
                var key = (row.HostPropertyId, row.Slug);
                var free = owners.TryAdd(key, row.HostUnitId) || owners[key] == row.HostUnitId;
                var longer = $"{row.Slug}-{row.HostUnitId.ToString("N")[^8..]}";
                var longerKey = (row.HostPropertyId, longer);
                fitting.Add(
                    free ? row
                    : owners.TryAdd(longerKey, row.HostUnitId) || owners[longerKey] == row.HostUnitId ? row with { Slug = longer }
                    : row with { Slug = $"{row.Slug}-{row.HostUnitId:N}" });
            }
        }

        return (fitting, unfit);
    }

    private sealed record Known(Guid HostPropertyId, bool InCity, Guid? HostUnitId, string? Slug);
}
