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
        var holds = true;
        foreach (var races in RaceList.ByWorld(options.Order.Races))
            holds &= await InItsWorldAsync(options with { Order = options.Order with { Races = races } }, output, bounded.Token);
        await output.WriteLineAsync(holds ? "every race held" : "BROKEN: see above");
        return holds;
    }

    /// <summary>Runs them in a world that is there, and prints what comes of it.</summary>
    public static async Task<bool> RunAsync(RunOrder order, TrialWorld world, TextWriter output, CancellationToken cancellation)
    {
        var result = await new RaceRun(world).RunAsync(order, cancellation);
        await RaceReport.PrintAsync(order, result, output);
        return result.Holds;
    }

    private static async Task<bool> InItsWorldAsync(RaceOptions options, TextWriter output, CancellationToken cancellation)
    {
        var (races, _, seeds, times) = options.Order;
        await using var start = await FreshStart.MakeAsync("race", cancellation);
        await using var world = await TrialWorld.StartAsync(
            new WorldOptions(
                start.ConnectionString, start.AppConnectionString, start.Folder, TrialCity.Of(Nights.UnitsFor(races.Count * times, seeds), options.At))
            {
                Begins = options.At,
                Settings = races[0].Settings,
            },
            cancellation);
        return await RunAsync(options.Order, world, output, cancellation);
    }
}
