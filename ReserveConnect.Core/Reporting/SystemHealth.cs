using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Reporting;

/// <summary>The state of one external system as seen from here.</summary>
/// <param name="Circuit">closed (calls go out), open (calls are held back), half_open (one call tries).</param>
public sealed record ProviderHealth(string Provider, string Circuit);

/// <summary>Whether this process can sell.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Database"><c>ok</c> or why not.</param>
/// <param name="PendingMigrations">Files that the database lacks.</param>
/// <param name="OldestEventSeconds">Age of the oldest event that waits to be processed; 0 when none does.</param>
/// <param name="WaitingEvents">Events that wait.</param>
public sealed record HealthReport(
    string Status,
    string Database,
    IReadOnlyList<string> PendingMigrations,
    long OldestEventSeconds,
    long WaitingEvents,
    long DeadEvents,
    IReadOnlyList<ProviderHealth> Providers)
{
    internal const string Ready = "ready";

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => Status == Ready;
}

/// <summary>Reads the health of the parts.</summary>
public sealed class SystemHealth(
    ReserveDatabase database, IEnumerable<ProviderCircuit> circuits, TimeProvider clock, ILogger<SystemHealth> log)
{
    /// <summary>A database that does not answer within this is not ready.</summary>
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(3);

    public async Task<HealthReport> ReadAsync(CancellationToken cancellation)
    {
        var providers = circuits.Select(c => new ProviderHealth(c.Name, CircuitName(c.State))).OrderBy(p => p.Provider).ToList();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(DatabaseTimeout);
            await using var connection = await database.OpenAsync(limit.Token);
            var pending = await Migrations.PendingAsync(connection);
            if (pending.Count > 0)
            {
                return new("not_ready", "migrations are missing", pending, 0, 0, 0, providers);
            }

            var (waiting, oldest, dead) = await QueueAsync(connection);
            return new(HealthReport.Ready, "ok", [], oldest, waiting, dead, providers);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException && !cancellation.IsCancellationRequested)
        {
            log.LogError(e, "The database does not answer");
            return new("not_ready", "unreachable", [], 0, 0, 0, providers);
        }
    }

    private async Task<(long Waiting, long OldestSeconds, long Dead)> QueueAsync(NpgsqlConnection connection) =>
        await connection.QuerySingleAsync<(long, long, long)>(
            """
            SELECT count(*) FILTER (WHERE dead_lettered_at IS NULL),
                   greatest(0, coalesce(extract(epoch FROM @now - min(created_at) FILTER (WHERE dead_lettered_at IS NULL)), 0))::bigint,
                   count(*) FILTER (WHERE dead_lettered_at IS NOT NULL)
            FROM reserve.events
            WHERE processed_at IS NULL
            """,
            new { now = clock.GetUtcNow() });

    private static string CircuitName(ProviderCircuitState state) => state switch
    {
        ProviderCircuitState.Closed => "closed",
        ProviderCircuitState.HalfOpen => "half_open",
        _ => "open",
    };
}
