using System.Runtime.InteropServices;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Tests.Launcher;

/// <summary>A launcher that only runs PostgreSQL: prints <c>ready {connection string}</c> and serves until SIGTERM.</summary>
internal static class PostgresScenario
{
    public const string Name = "embedded-postgres";

    public static async Task RunAsync(string[] arguments)
    {
        var stop = new TaskCompletionSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });
        await using var server = await EmbeddedPostgres.StartAsync(new PostgresOptions(arguments[0]));
        Console.WriteLine($"ready {server.ConnectionString}");
        await stop.Task;
    }
}
