using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>The seasons of one record of the Host.</summary>
internal sealed record SeasonsOf(Guid HostId, long HostVersion, IReadOnlyList<SeasonRow> Seasons);

/// <summary>
/// Makes the seasons in <c>rate_plans</c> those that a page of the Host names. What is there already stays untouched, and a
/// page that is older than what was read before changes nothing.
/// </summary>
internal static class SeasonWriter
{
    // Whose records they are, and what the page says of each that is not older than the row here.
    private const string OfUnits =
        """
        SELECT u.property_id, u.id AS unit_id, r.seasons
        FROM jsonb_to_recordset(@Page::jsonb) AS r (host_id uuid, host_version bigint, seasons jsonb)
        JOIN reserve.unit_map u ON u.host_unit_id = r.host_id AND u.host_version <= r.host_version
        """;

    private const string OfProperties =
        """
        SELECT p.id AS property_id, NULL::uuid AS unit_id, r.seasons
        FROM jsonb_to_recordset(@Page::jsonb) AS r (host_id uuid, host_version bigint, seasons jsonb)
        JOIN reserve.properties_map p ON p.host_property_id = r.host_id AND p.host_version <= r.host_version
        """;

    /// <summary>Writes the seasons of room types that are in <c>unit_map</c>.</summary>
    /// <returns>Whether anything changed.</returns>
    public static Task<bool> OfUnitsAsync(UnitOfWork unit, IEnumerable<SeasonsOf> page, DateTimeOffset now) =>
        WriteAsync(unit, OfUnits, page, now);

    /// <summary>Writes the seasons of properties that are in <c>properties_map</c>.</summary>
    /// <returns>Whether anything changed.</returns>
    public static Task<bool> OfPropertiesAsync(UnitOfWork unit, IEnumerable<SeasonsOf> page, DateTimeOffset now) =>
        WriteAsync(unit, OfProperties, page, now);

    // First what goes, then what comes: a season that is moved never meets its old self.
    private static async Task<bool> WriteAsync(UnitOfWork unit, string owners, IEnumerable<SeasonsOf> page, DateTimeOffset now)
    {
        var rows = new { now, Page = JsonSerializer.Serialize(page, EventJson.Options) };
        var gone = await unit.Connection.ExecuteAsync(
            $"""
            WITH {With(owners)}
            DELETE FROM reserve.rate_plans t
            USING owners o
            WHERE t.is_season
              AND t.property_id = o.property_id
              AND t.unit_id IS NOT DISTINCT FROM o.unit_id
              AND NOT EXISTS (SELECT FROM wanted w WHERE {Alike})
            """,
            rows);
        var come = await unit.Connection.ExecuteAsync(
            $"""
            WITH {With(owners)}
            INSERT INTO reserve.rate_plans (
                id, property_id, unit_id, name, currency, valid_from, valid_to, base_price, extra_guest_fee, base_capacity,
                cleaning_fee, service_fee_percentage, length_of_stay_discounts, updated_at)
            SELECT w.id, w.property_id, w.unit_id, w.name, p.currency, w.valid_from, w.valid_to, w.base_price, w.extra_guest_fee,
                   w.base_capacity, w.cleaning_fee, c.service_fee_percentage, w.discounts, @now
            FROM wanted w
            JOIN reserve.properties_map p ON p.id = w.property_id
            JOIN reserve.cities c ON c.id = p.city_id
            WHERE NOT EXISTS (SELECT FROM reserve.rate_plans t WHERE t.is_season AND {Alike})
            ORDER BY w.property_id, w.id
            """,
            rows);
        return gone + come > 0;
    }

    private static string With(string owners) =>
        $"""
        owners AS (
            {owners}
        ), wanted AS (
            SELECT o.property_id, o.unit_id, s.*
            FROM owners o
            CROSS JOIN jsonb_to_recordset(o.seasons) AS s (
                id uuid, name text, valid_from date, valid_to date, base_price numeric, extra_guest_fee numeric, base_capacity integer,
                cleaning_fee numeric, discounts jsonb)
        )
        """;

    private const string Alike =
        """
        w.property_id = t.property_id
        AND (w.unit_id, w.name, w.valid_from, w.valid_to, w.base_price, w.extra_guest_fee, w.base_capacity, w.cleaning_fee, w.discounts)
            IS NOT DISTINCT FROM
            (t.unit_id, t.name, t.valid_from, t.valid_to, t.base_price, t.extra_guest_fee, t.base_capacity, t.cleaning_fee,
             t.length_of_stay_discounts)
        """;
}
