using Npgsql;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve psql</c>: prints the running database's connection string, as <c>psql</c> and <c>pgbench</c> take it.</summary>
internal static class PsqlCommand
{
    /// <summary>Prints it.</summary>
    /// <exception cref="LauncherException">No database of the last run answers.</exception>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellation)
    {
        line.End();
        var connectionString = DatabaseServer.Configured
            ?? await EmbeddedPostgres.FindRunningAsync(LastRun.Postgres(), cancellation)
            ?? throw new LauncherException("the database is not running; start it with ./reserve run");
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        if (DatabaseServer.Configured is null)
            database.Database = DatabaseServer.ProductDatabase;
        Console.WriteLine(Uri(database));
        return ExitCode.Done;
    }

    private static string Uri(NpgsqlConnectionStringBuilder database) =>
        $"postgresql://{Escaped(database.Username)}:{Escaped(database.Password)}@{database.Host}:{database.Port}/{Escaped(database.Database)}";

    private static string Escaped(string? part) => System.Uri.EscapeDataString(part ?? "");
}
