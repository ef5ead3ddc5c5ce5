using System.Security.Cryptography;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Trials.Racing;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials;

/// <summary><c>./reserve race</c>: every race against a fresh start that is thrown away; all of it on this machine's loopback.</summary>
internal static class RaceProgram
{
    /// <summary>No run takes longer than this.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromHours(2);

    /// <returns>Whether everything held.</returns>
    public static async Task<bool> RunAsync(RaceOptions options, TextWriter output, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(_longest);
        var folder = Path.Combine(Repository.Local, "race");
        Directory.CreateDirectory(folder);
        await using var folderLock = FolderLock.Take(folder);
        // Nobody is killed here, so nothing has to wait for the disk.
        await using var server = await DatabaseServer.StartAsync(
            DatabaseServer.Configured,
            new PostgresOptions(Path.Combine(folder, "postgres")) { StartEmpty = true, Settings = PostgresSettings.ForTests },
            bounded.Token);
        var name = $"{DatabaseServer.ProductDatabase}_race_{Guid.CreateVersion7():N}";
        try
        {
            var owner = await server.DatabaseAsync(name, bounded.Token);
            await DatabaseRoles.EnsureAsync(owner, null, bounded.Token);
            await Migrations.ApplyAsync(owner, bounded.Token);
            var app = await AppLogin.PrepareAsync(owner, RandomNumberGenerator.GetHexString(32, lowercase: true), bounded.Token);
            await using var world = await TrialWorld.StartAsync(
                new WorldOptions(owner, app, folder, Nights.UnitsFor(options.Races.Count * options.Seeds)), bounded.Token);
            return await RunAsync(options, world, output, bounded.Token);
        }
        finally
        {
            await server.DropAsync(name);
        }
    }

    /// <summary>Runs them in a world that is there, and prints what comes of it.</summary>
    public static async Task<bool> RunAsync(RaceOptions options, TrialWorld world, TextWriter output, CancellationToken cancellation)
    {
        var run = new RaceRun(world);
        var holds = true;
        foreach (var race in options.Races)
        {
            var result = await run.RunAsync(race, options.First, options.Seeds, cancellation);
            await RaceReport.PrintAsync(result, output);
            holds &= result.Holds;
        }

        await output.WriteLineAsync(holds ? "every race held" : "BROKEN: see above");
        return holds;
    }
}
