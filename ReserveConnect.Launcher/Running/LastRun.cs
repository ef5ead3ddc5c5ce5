using Npgsql;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Launcher.Running;

/// <summary>The database of the last run, whether that run still goes on or not.</summary>
internal static class LastRun
{
    /// <summary>Its embedded server.</summary>
    /// <exception cref="LauncherException">There was no run yet.</exception>
    public static PostgresOptions Postgres() => new(Path.Combine(RunFolder.Last, "postgres")) { Say = _ => { } };

    /// <summary>
    /// Connection string of the operator's database, else of the running embedded one, else of the embedded one
    /// started for as long as <paramref name="use"/> takes.
    /// </summary>
    /// <exception cref="LauncherException">There is no database.</exception>
    public static async Task<T> WithDatabaseAsync<T>(Func<string, Task<T>> use, CancellationToken cancellation)
    {
        if (DatabaseServer.Configured is { } given)
            return await use(given);
        if (await EmbeddedPostgres.FindRunningAsync(Postgres(), cancellation) is { } running)
            return await use(Product(running));
        await using var server = await EmbeddedPostgres.StartAsync(Postgres(), cancellation);
        return await use(Product(server.ConnectionString));
    }

    private static string Product(string server) =>
        new NpgsqlConnectionStringBuilder(server) { Database = DatabaseServer.ProductDatabase }.ConnectionString;
}
