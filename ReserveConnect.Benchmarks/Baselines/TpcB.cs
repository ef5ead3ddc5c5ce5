using Npgsql;

namespace ReserveConnect.Benchmarks.Baselines;

/// <summary>
/// TPC-B-like transactions on the same server, in a database of their own: by <c>pgbench</c> where there is one, else by
/// the same script over Npgsql.
/// </summary>
internal abstract class TpcB : IAsyncDisposable
{
    private const string Database = "bench_tpcb";
    private string _maintenance = "";

    /// <summary>Which client runs it and how.</summary>
    public abstract string Name { get; }

    /// <summary>Creates and fills the database.</summary>
    public static async Task<TpcB> PrepareAsync(BenchWorld world, CancellationToken cancellation)
    {
        var maintenance = world.Stack.ConnectionString;
        await ExecuteAsync(maintenance, $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)", cancellation);
        await ExecuteAsync(maintenance, $"CREATE DATABASE {Database}", cancellation);
        var target = new NpgsqlConnectionStringBuilder(maintenance) { Database = Database };
        TpcB tpcb = PgbenchProgram.Find() is { } program ? new Pgbench(program, target, world.Options) : new OwnTpcB(target, world.Options);
        tpcb._maintenance = maintenance;
        await tpcb.FillAsync(cancellation);
        return tpcb;
    }

    /// <summary>Runs it for a round.</summary>
    /// <returns>Transactions a second.</returns>
    public abstract Task<double> RunAsync(CancellationToken cancellation);

    public virtual async ValueTask DisposeAsync() =>
        await ExecuteAsync(_maintenance, $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)", CancellationToken.None);

    /// <summary>Creates the four tables and their rows.</summary>
    protected abstract Task FillAsync(CancellationToken cancellation);

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
