using ReserveConnect.Launcher;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Tests.Database;

/// <summary>
/// The PostgreSQL server that the tests run on: the one that <c>Reserve__Database__ConnectionString</c> names, else one
/// embedded server for the whole run, empty at its start and stopped with the test process.
/// </summary>
public static class TestServer
{
    // Several test runs may go on at once; each takes a folder of its own and finds it again the next time.
    private const int MostRunsAtOnce = 8;

    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    /// <summary>Connection string of its maintenance database.</summary>
    public static Task<string> ConnectionStringAsync() => Server.Value;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("Reserve__Database__ConnectionString") is { Length: > 0 } given)
            return given;

        var server = await StartInFreeFolderAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.StopNow();
        return new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { MaxPoolSize = 50 }.ConnectionString;
    }

    private static async Task<EmbeddedPostgres> StartInFreeFolderAsync()
    {
        for (var run = 1; ; run++)
        {
            try
            {
                return await EmbeddedPostgres.StartAsync(new PostgresOptions(TestFolders.Local($"test-postgres/{run}"))
                {
                    Settings = PostgresSettings.ForTests,
                    StartEmpty = true,
                    Say = Console.Error.WriteLine,
                });
            }
            catch (DataFolderInUseException) when (run < MostRunsAtOnce)
            {
                // Somebody else's test run has this one.
            }
        }
    }
}
