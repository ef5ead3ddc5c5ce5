using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Reads one property from the Host now and compares the counts of its city after, as the full sync would later.</summary>
public sealed class PropertyCheck(ReserveDatabase database, PropertySync alone, TimeProvider clock, IOptions<InventoryOptions> options)
{
    /// <exception cref="HostSyncException">The Host does not give it.</exception>
    public async Task RunAsync(Guid propertyId, CancellationToken ct)
    {
        SyncCity city;
        Guid hostPropertyId;
        await using (var connection = await database.OpenAsync(ct))
        {
            (hostPropertyId, var id, var slug, var timeZone, var currency) = await connection.QuerySingleAsync<(Guid, Guid, string, string, string)>(
                """
                SELECT p.host_property_id, c.id, c.slug, c.time_zone, c.currency
                FROM reserve.properties_map p
                JOIN reserve.cities c ON c.id = p.city_id
                WHERE p.id = @propertyId
                """,
                new { propertyId });
            city = new(id, slug, timeZone, currency);
        }

        await alone.RunAsync(city, hostPropertyId, ct);
        await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await CatalogueLock.TakeAsync(unit);
                await CountDifferences.CompareAsync(
                    unit, city.Id, CityDay.At(now, city.TimeZone), now - options.Value.CountsGrace, now + options.Value.CountsDue, now);
            },
            ct);
    }
}
