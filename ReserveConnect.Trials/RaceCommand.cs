using System.Globalization;
using System.Security.Cryptography;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Trials.Racing;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials;

/// <summary><c>./reserve race</c>: every race against a fresh start that is thrown away; all of it on this machine's loopback.</summary>
internal static class RaceCommand
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
        await using var server = await DatabaseServer.StartAsync(
            DatabaseServer.Configured, new PostgresOptions(Path.Combine(folder, "postgres")) { StartEmpty = true }, bounded.Token);
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
            await PrintAsync(result, output);
            holds &= result.Holds;
        }

        await output.WriteLineAsync(holds ? "every race held" : "BROKEN: see above");
        return holds;
    }

    private static async Task PrintAsync(RaceResult result, TextWriter output)
    {
        var ends = string.Join(", ", result.Ends.Select(end => $"{end.Value} {end.Key}"));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(result.Holds ? "ok    " : "BROKEN")} {result.Race.Name,-22} {result.Seeds} seeds: {ends}; {result.Refunded} refunded; {result.Took.TotalSeconds:0.0} s"));
        foreach (var broken in result.Broken.Take(5))
        {
            await output.WriteLineAsync($"  seed {broken.Seed}: ./reserve race --race {result.Race.Name} --seed {broken.Seed}");
            await output.WriteLineAsync($"    drawn: {string.Join(", ", broken.Drawn)}");
            foreach (var wrong in broken.Wrong)
                await output.WriteLineAsync($"    {wrong}");
            foreach (var line in broken.Log.TakeLast(8))
                await output.WriteLineAsync($"    log: {line}");
        }

        if (result.Broken.Count > 5)
            await output.WriteLineAsync($"  and {result.Broken.Count - 5} more: {string.Join(", ", result.Broken.Skip(5).Take(50).Select(broken => broken.Seed))}");
        foreach (var broken in result.BrokenInvariants)
            await output.WriteLineAsync($"  invariant {broken}");
    }
}
