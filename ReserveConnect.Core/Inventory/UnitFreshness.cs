using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Inventory;

/// <summary>How fresh what is shown of a property is.</summary>
/// <param name="HostLastSyncedAt">When the Host last confirmed it, UTC; null when it never did.</param>
/// <param name="IsStale">That is too long ago, or the Host says something of it that cannot be taken over.</param>
public sealed record Freshness(DateTimeOffset? HostLastSyncedAt, bool IsStale);

/// <summary>Reads how fresh a unit is, beside a quote or a month of it.</summary>
public sealed class UnitFreshness(ReserveDatabase database, TimeProvider clock, IOptions<HostSyncOptions> options)
{
    /// <summary>Of a unit that is known; one round trip.</summary>
    public Task<Freshness> GetAsync(Guid unitId, CancellationToken ct) =>
        database.ReadAsync(
            Actor.Anonymous,
            async connection => await connection.QuerySingleOrDefaultAsync<Freshness>(new CommandDefinition(
                $"""
                SELECT {HostFreshness.Columns}
                FROM reserve.unit_map u
                JOIN reserve.properties_map p ON p.id = u.property_id
                {HostFreshness.Join}
                WHERE u.id = @unitId
                """,
                new { unitId, staleBefore = clock.GetUtcNow() - options.Value.StaleAfter },
                cancellationToken: ct)) ?? new Freshness(null, true),
            ct);
}
