using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Writes a page of properties into <c>properties_map</c>: new, changed, deactivated, active again.</summary>
internal static class PropertyWriter
{
    public static async Task WriteAsync(
        UnitOfWork unit, Guid cityId, List<PropertyRow> rows, IReadOnlyList<RefusedRecord> refused, DateTimeOffset now)
    {
        await CatalogueLock.TakeAsync(unit);
        var left = (await unit.Connection.QueryAsync<Guid>(
            """
            SELECT DISTINCT city_id
            FROM reserve.properties_map
            WHERE host_property_id = ANY(@HostIds)
              AND city_id <> @cityId
            """,
            new { cityId, HostIds = rows.Select(row => row.HostPropertyId).ToArray() })).ToArray();
        var changed = (await unit.Connection.QueryAsync<(Guid Id, bool IsBehind)>(
            """
            INSERT INTO reserve.properties_map AS p (
                id, host_property_id, city_id, name, slug, description, property_type, address, postal_code, latitude, longitude,
                email, phone, amenities_cached, amenities_unknown, images_cached, rating, reviews_count, cancellation_policy, cleaning_fee,
                currency, is_active, host_version, behind_since, created_at, updated_at)
            SELECT r.id, r.host_property_id, @cityId, r.name, r.slug, r.description, r.property_type, r.address, r.postal_code,
                   r.latitude, r.longitude, r.email, r.phone, r.amenities, r.amenities_unknown, r.images, r.rating, r.reviews,
                   r.cancellation_policy, r.cleaning_fee, r.currency, r.is_active, r.host_version, @now, @now, @now
            FROM jsonb_to_recordset(@Rows::jsonb) AS r (
                id uuid, host_property_id uuid, name text, slug text, description text, property_type text, address text,
                postal_code text, latitude double precision, longitude double precision, email text, phone text, amenities jsonb,
                amenities_unknown text[], images jsonb, rating numeric, reviews integer, cancellation_policy text, cleaning_fee numeric, currency text,
                is_active boolean, host_version bigint)
            ORDER BY r.host_property_id
            ON CONFLICT (host_property_id) DO UPDATE
            SET city_id = excluded.city_id, name = excluded.name, description = excluded.description,
                property_type = excluded.property_type, address = excluded.address, postal_code = excluded.postal_code,
                latitude = excluded.latitude, longitude = excluded.longitude, email = excluded.email, phone = excluded.phone,
                amenities_cached = excluded.amenities_cached, amenities_unknown = excluded.amenities_unknown,
                images_cached = excluded.images_cached, rating = excluded.rating, reviews_count = excluded.reviews_count, cancellation_policy = excluded.cancellation_policy,
                cleaning_fee = excluded.cleaning_fee, currency = excluded.currency, is_active = excluded.is_active,
                host_version = excluded.host_version, updated_at = @now,
                behind_since = CASE
                    WHEN p.city_id <> excluded.city_id OR (excluded.is_active AND NOT p.is_active) THEN @now
                    ELSE p.behind_since
                END
            WHERE p.host_version < excluded.host_version
               OR (p.host_version = excluded.host_version
                   AND (p.city_id, p.name, p.description, p.property_type, p.address, p.postal_code, p.latitude, p.longitude,
                        p.email, p.phone, p.amenities_cached, p.amenities_unknown, p.images_cached, p.rating, p.reviews_count, p.cancellation_policy,
                        p.cleaning_fee, p.currency, p.is_active)
                       IS DISTINCT FROM
                       (excluded.city_id, excluded.name, excluded.description, excluded.property_type, excluded.address,
                        excluded.postal_code, excluded.latitude, excluded.longitude, excluded.email, excluded.phone,
                        excluded.amenities_cached, excluded.amenities_unknown, excluded.images_cached, excluded.rating,
                        excluded.reviews_count, excluded.cancellation_policy, excluded.cleaning_fee, excluded.currency, excluded.is_active))
            RETURNING id, COALESCE(behind_since = @now, false)
            """,
            new { cityId, now, Rows = JsonSerializer.Serialize(await WithFreeSlugsAsync(unit, rows), EventJson.Options) })).ToArray();

        var seasons = await SeasonWriter.OfPropertiesAsync(
            unit, rows.Select(row => new SeasonsOf(row.HostPropertyId, row.HostVersion, row.Seasons)), now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.properties_map
            SET host_last_synced_at = @now
            WHERE host_property_id = ANY(@Seen);

            UPDATE reserve.unit_map
            SET behind_since = @now
            WHERE property_id = ANY(@Behind);

            UPDATE reserve.properties_map
            SET sync_status = 'failed', updated_at = @now
            WHERE host_property_id = ANY(@Refused);

            UPDATE reserve.rate_plans r
            SET cleaning_fee = CASE WHEN r.is_season THEN r.cleaning_fee ELSE p.cleaning_fee END, currency = p.currency, updated_at = @now
            FROM reserve.properties_map p
            WHERE p.id = r.property_id
              AND p.id = ANY(@Changed)
              AND ((r.cleaning_fee IS DISTINCT FROM p.cleaning_fee AND NOT r.is_season) OR r.currency <> p.currency)
            """,
            new
            {
                now,
                Changed = changed.Select(c => c.Id).ToArray(),
                Behind = changed.Where(c => c.IsBehind).Select(c => c.Id).ToArray(),
                Seen = rows.Select(row => row.HostPropertyId).ToArray(),
                Refused = refused.Where(r => r.Reason != "duplicate").Select(r => r.HostId).ToArray(),
            });
        if (changed.Length > 0 || seasons)
        {
            foreach (var city in left.Append(cityId))
            {
                await InventoryChanged.OfCatalogueAsync(unit, city, now);
            }
        }
    }

    // A slug is a public address: a property keeps the one it got first, and a second claimant gets a suffix of its
    // own id, so that the outcome does not depend on which of them was read first in a later run.
    private static async Task<List<PropertyRow>> WithFreeSlugsAsync(UnitOfWork unit, List<PropertyRow> rows)
    {
        var taken = rows.Select(row => row.Slug).Concat(rows.Select(Longer)).Concat(rows.Select(Longest)).Distinct().ToArray();
        var owners = (await unit.Connection.QueryAsync<(string Slug, Guid HostId)>(
            """
            SELECT slug, host_property_id
            FROM reserve.properties_map
            WHERE slug = ANY(@taken)
            """,
            new { taken })).ToDictionary(o => o.Slug, o => o.HostId);
        return rows.ConvertAll(row =>
            IsFree(row.Slug, row) ? row
            : IsFree(Longer(row), row) ? row with { Slug = Longer(row) }
            : row with { Slug = Longest(row) });

        bool IsFree(string slug, PropertyRow row) => owners.TryAdd(slug, row.HostPropertyId) || owners[slug] == row.HostPropertyId;
        static string Longer(PropertyRow row) => $"{row.Slug}-{row.HostPropertyId.ToString("N")[^8..]}";
        static string Longest(PropertyRow row) => $"{row.Slug}-{row.HostPropertyId:N}";
    }
}
