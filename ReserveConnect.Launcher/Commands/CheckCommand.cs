using ReserveConnect.Database;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve check</c>: every invariant over the database of the last run, or of the given connection string.</summary>
internal static class CheckCommand
{
    /// <summary>1 if one is broken.</summary>
    /// <exception cref="LauncherException">There is no database.</exception>
    public static Task<int> RunAsync(CommandLine line, CancellationToken cancellation)
    {
        line.End();
        return LastRun.WithDatabaseAsync(connectionString => RunAsync(connectionString, Console.Out, cancellation), cancellation);
    }

    /// <summary>Checks one database and prints every invariant with what came of it.</summary>
    public static async Task<int> RunAsync(string connectionString, TextWriter output, CancellationToken cancellation)
    {
        var results = await Invariants.CheckAsync(connectionString, cancellation);
        foreach (var result in results)
        {
            await output.WriteLineAsync(result.Holds ? $"ok      {result.Invariant.Name}" : $"BROKEN  {result.Invariant.Name}: {result.Broken} rows. {result.Invariant.Promise}");
            foreach (var row in result.Sample)
                await output.WriteLineAsync($"          {row}");
        }

        var broken = results.Count(result => !result.Holds);
        await output.WriteLineAsync(broken == 0 ? $"all {results.Count} invariants hold" : $"{broken} of {results.Count} invariants are broken");
        return broken == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
