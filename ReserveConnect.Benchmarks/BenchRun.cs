using System.Diagnostics;
using ReserveConnect.Benchmarks.Bookings;
using ReserveConnect.Benchmarks.Ledger;
using ReserveConnect.Benchmarks.Loading;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Benchmarks.Payouts;
using ReserveConnect.Benchmarks.Racing;
using ReserveConnect.Benchmarks.Searching;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks;

/// <summary>One run of the benchmarks against one fresh stack. Everything is on this machine's loopback.</summary>
internal static class BenchRun
{
    private static readonly IBenchmark[] Benchmarks = [
        new BookingsBenchmark(), new WebhooksBenchmark(), new PostingsBenchmark(), new PayoutsBenchmark(), new ReconciliationBenchmark(), new RaceBenchmark(), new SearchBenchmark(), new IndexBenchmark(), new FreshnessBenchmark(), new BigCityBenchmark(), new GrowthBenchmark(),
    ];

    /// <summary>Runs what was asked for.</summary>
    /// <returns>Whether every benchmark came to what it must.</returns>
    public static async Task<bool> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        Machine.RequireReleaseBuild();
        var city = CityRegistration.SlugsIn(options.CityFolder)[0];
        await using var stack = await Stack.StartAsync(StackOptionsFor(options), cancellation);
        using var world = new BenchWorld(stack, options, city);
        var running = RunAllAsync(world, cancellation);
        if (await Task.WhenAny(running, stack.FirstEnd) != running)
        {
            var child = await stack.FirstEnd;
            throw new LauncherException(child.Report($"ended with exit code {await child.Exited}"));
        }

        return await running;
    }

    private static async Task<bool> RunAllAsync(BenchWorld world, CancellationToken cancellation)
    {
        await Machine.DescribeAsync(world, cancellation);
        var passed = true;

        // The others need the city too; only its figures are left out when nobody asked for them.
        passed &= await new LoadBenchmark(world.Options.Names.Contains("load")).RunAsync(world, cancellation);
        foreach (var benchmark in Benchmarks.Where(benchmark => world.Options.Names.Contains(benchmark.Name)))
        {
            var begun = Stopwatch.GetTimestamp();
            passed &= await benchmark.RunAsync(world, cancellation);
            world.Report.Line($"took {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s, load of the machine {Machine.Load()}");
        }

        return passed;
    }

    // All guests of a benchmark are one client.
    private static Dictionary<string, string?> Unlimited()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Reserve__Booking__MaxOpenIntentsPerClient"] = "0",
            ["Reserve__Booking__MaxOpenIntentsPerEmail"] = "0",
            ["Reserve__Booking__MaxOpenIntentsPerEmailAndClient"] = "0",
        };
        foreach (var limit in (string[])["General", "Search", "Intents", "System"])
        {
            settings[$"Reserve__Limits__{limit}__PerMinute"] = "1000000";
            settings[$"Reserve__Limits__{limit}__Burst"] = "1000000";
        }

        return settings;
    }

    private static StackOptions StackOptionsFor(BenchOptions options)
    {
        var stack = new StackOptions(Path.Combine(Repository.Local, "bench"))
        {
            Fresh = true,
            CityFolder = options.CityFolder,
            LoadCities = false,
            SyncPatience = options.LoadPatience,
            LogFolder = Path.Combine(Repository.Local, "logs", "bench"),
            Say = _ => { },
            FunctionsSettings = Unlimited(),
        };
        return options.Profile
            ? stack with { PostgresSettings = new Dictionary<string, string>(stack.PostgresSettings) { ["shared_preload_libraries"] = "pg_stat_statements" } }
            : stack;
    }
}
