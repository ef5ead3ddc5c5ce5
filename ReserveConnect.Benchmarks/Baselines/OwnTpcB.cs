using System.Diagnostics;
using Dapper;
using Npgsql;

namespace ReserveConnect.Benchmarks.Baselines;

/// <summary>pgbench's TPC-B script over Npgsql: seven statements, each a round trip of its own, prepared.</summary>
internal sealed class OwnTpcB(NpgsqlConnectionStringBuilder target, BenchOptions options) : TpcB
{
    private const int AccountsPerBranch = 100_000;
    private const int TellersPerBranch = 10;

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(target.ConnectionString) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 1, MaxPoolSize = options.TpcbClients + 1 });

    public override string Name =>
        $"own client over Npgsql (no pgbench here), the script of pgbench, scale {options.TpcbScale}, {options.TpcbClients} clients, prepared";

    public override async Task<double> RunAsync(CancellationToken cancellation)
    {
        var done = 0;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.TpcbClients).Select(_ => Task.Run(
            async () =>
            {
                await using var connection = await _database.OpenConnectionAsync(cancellation);
                while (Stopwatch.GetElapsedTime(begun) < options.RoundTime)
                {
                    await TransactAsync(connection);
                    Interlocked.Increment(ref done);
                }
            },
            cancellation)));
        return done / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    public override async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task FillAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88)) WITH (fillfactor = 100);
            CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84)) WITH (fillfactor = 100);
            CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84)) WITH (fillfactor = 100);
            CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))
            """);
        await connection.ExecuteAsync(
            """
            INSERT INTO pgbench_branches SELECT id, 0, '' FROM generate_series(1, @scale) AS id;
            INSERT INTO pgbench_tellers SELECT id, (id - 1) / @TellersPerBranch + 1, 0, '' FROM generate_series(1, @scale * @TellersPerBranch) AS id;
            INSERT INTO pgbench_accounts SELECT id, (id - 1) / @AccountsPerBranch + 1, 0, '' FROM generate_series(1, @scale * @AccountsPerBranch) AS id
            """,
            new { scale = options.TpcbScale, TellersPerBranch, AccountsPerBranch });
        await connection.ExecuteAsync("VACUUM ANALYZE");
    }

    private async Task TransactAsync(NpgsqlConnection connection)
    {
        var parameters = new
        {
            aid = Random.Shared.Next(options.TpcbScale * AccountsPerBranch) + 1,
            tid = Random.Shared.Next(options.TpcbScale * TellersPerBranch) + 1,
            bid = Random.Shared.Next(options.TpcbScale) + 1,
            delta = Random.Shared.Next(-5_000, 5_001),
        };
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("UPDATE pgbench_accounts SET abalance = abalance + @delta WHERE aid = @aid", parameters);
        await connection.ExecuteScalarAsync<int>("SELECT abalance FROM pgbench_accounts WHERE aid = @aid", parameters);
        await connection.ExecuteAsync("UPDATE pgbench_tellers SET tbalance = tbalance + @delta WHERE tid = @tid", parameters);
        await connection.ExecuteAsync("UPDATE pgbench_branches SET bbalance = bbalance + @delta WHERE bid = @bid", parameters);
        await connection.ExecuteAsync(
            "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (@tid, @bid, @aid, @delta, CURRENT_TIMESTAMP)", parameters);
        await transaction.CommitAsync();
    }
}
