using System.Diagnostics;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>The index alone, in cities that are ten times as big each time: what it takes of memory and how long a search is.</summary>
internal sealed class GrowthBenchmark : IBenchmark
{
    private const int Days = 400;
    private const double DaysOfAMonth = 365.25 / 12;

    public string Name => "growth";

    public Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var report = world.Report;
        report.Title(Name, $"generated cities, {Days} nights a unit; the index alone, one search after the other");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        foreach (var units in world.Options.GrowthUnits)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var begun = Stopwatch.GetTimestamp();
            var city = GeneratedCity.Make(units, today, Days);
            var made = Stopwatch.GetElapsedTime(begun);
            var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
            var latencies = new Latencies();
            var queries = new SearchQueries("generated", today);
            Search(city, queries, world.Options.RoundTime / 8, new Latencies());
            Search(city, queries, world.Options.RoundTime / 2, latencies);
            var months = units * (Days / DaysOfAMonth);
            report.Latency($"{units:N0} units: a search", latencies);
            report.Figure(
                "  memory", $"{memory / 1024.0 / 1024.0:N1} MB", $"nights {city.NightBytes / months:0} bytes a unit-month, all {memory / months:0}; made in {made.TotalSeconds:0.0} s");
            GC.KeepAlive(city);
        }

        return Task.FromResult(true);
    }

    private static void Search(Inventory.Search.CityIndex city, SearchQueries queries, TimeSpan time, Latencies latencies)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(begun) < time; number++)
        {
            var since = Stopwatch.GetTimestamp();
            _ = city.Search(queries.Search(number));
            latencies.AddSince(since);
        }
    }
}
