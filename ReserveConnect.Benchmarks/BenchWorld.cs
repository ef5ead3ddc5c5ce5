using System.Diagnostics;
using ReserveConnect.Benchmarks.Bookings;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks;

/// <summary>What the benchmarks of one run share.</summary>
/// <param name="stack">The running system.</param>
/// <param name="options">Sizes and bounds.</param>
/// <param name="city">Slug of the city that is sold.</param>
internal sealed class BenchWorld(Stack stack, BenchOptions options, string city) : IDisposable
{
    /// <summary>The running system.</summary>
    public Stack Stack { get; } = stack;

    /// <summary>Sizes and bounds.</summary>
    public BenchOptions Options { get; } = options;

    /// <summary>Slug of the city that is sold.</summary>
    public string City { get; } = city;

    /// <summary>Where the figures go.</summary>
    public Report Report { get; } = new(Console.Out);

    /// <summary>The public API and Stripe, over pooled connections.</summary>
    public GuestApi Api { get; } = new(stack, options);

    /// <summary>Runs every invariant and prints what is broken.</summary>
    /// <returns>Whether all hold.</returns>
    public async Task<bool> CheckInvariantsAsync(CancellationToken cancellation)
    {
        var results = await Invariants.CheckAsync(Stack.ConnectionString, cancellation);
        foreach (var broken in results.Where(result => !result.Holds))
            Report.Line($"BROKEN {broken.Invariant.Name}: {broken.Broken} rows, {string.Join("; ", broken.Sample)}");
        var hold = results.All(result => result.Holds);
        if (hold)
            Report.Line($"invariants: ok, all {results.Count} hold");
        return hold;
    }

    /// <summary>Waits until a search finds something.</summary>
    /// <exception cref="LauncherException">It finds nothing in the time that a load may take.</exception>
    public async Task WaitUntilFoundAsync(string path, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Options.LoadPatience)
        {
            try
            {
                if ((await Api.GetAsync<Found>(path, cancellation)).TotalCount > 0)
                    return;
            }
            catch (LauncherException)
            {
                // The city is not in the list yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }

        throw new LauncherException($"{path} finds nothing");
    }

    public void Dispose() => Api.Dispose();

    private sealed record Found(int TotalCount);
}
