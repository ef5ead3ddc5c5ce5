using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Asks for failed properties alone when their time has come; the pause doubles with each try that does not help.</summary>
public sealed class PropertyRetries(
    ReserveDatabase database, PropertySync alone, TimeProvider clock, IOptions<HostSyncOptions> options)
{
    /// <summary>Does what is due, at most <see cref="HostSyncOptions.RetriesPerRun"/>. Two at once share the work.</summary>
    /// <returns>Properties asked for.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var due = await TakeAsync(ct);
        foreach (var (hostPropertyId, cityId, slug, timeZone, currency) in due)
        {
            try
            {
                await alone.RunAsync(new SyncCity(cityId, slug, timeZone, currency), hostPropertyId, ct);
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                // Its job says so, and its next try is set: the next property has its turn.
            }
        }

        return due.Count;
    }

    // The next try is set before this one is made: whoever dies in it has tried.
    private async Task<List<(Guid HostPropertyId, Guid CityId, string Slug, string TimeZone, string Currency)>> TakeAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(ct);
        return [.. await connection.QueryAsync<(Guid, Guid, string, string, string)>(
            """
            UPDATE reserve.property_retries t
            SET tries = t.tries + 1,
                next_try_at = @now + LEAST(@First * power(2, LEAST(t.tries + 1, 20)), @Longest) * interval '1 second'
            FROM (SELECT r.host_property_id
                  FROM reserve.property_retries r
                  JOIN reserve.cities s ON s.id = r.city_id AND s.is_active
                  WHERE r.next_try_at <= @now
                  ORDER BY r.next_try_at
                  LIMIT @RetriesPerRun
                  FOR UPDATE OF r SKIP LOCKED) due, reserve.cities c
            WHERE t.host_property_id = due.host_property_id
              AND c.id = t.city_id
              AND c.is_active
            RETURNING t.host_property_id, c.id, c.slug, c.time_zone, c.currency
            """,
            new
            {
                now,
                First = options.Value.RetryFirstPause.TotalSeconds,
                Longest = options.Value.RetryLongestPause.TotalSeconds,
                options.Value.RetriesPerRun,
            })];
    }
}
