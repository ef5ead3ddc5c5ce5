using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Launcher;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>
/// The index of the city in this process, read from the same database: how long it takes to build, what it takes of memory,
/// and a search in it beside the same search in SQL alone.
/// </summary>
internal sealed class IndexBenchmark : IBenchmark
{
    private const double MostSeconds = 2;
    private const double MostBytes = 100;
    private const double DaysOfAMonth = 365.25 / 12;

    public string Name => "index";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        await using var indexed = Services(world, "On");
        await using var sql = Services(world, "Off");
        var index = indexed.GetRequiredService<AvailabilityIndex>();
        await index.BuildAllAsync(cancellation);
        var whole = await MemoryAsync(world, cancellation);
        List<double> seconds = [];
        for (var round = 0; round < world.Options.Rounds; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            await index.BuildAllAsync(cancellation);
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        var city = await index.GetAsync(world.City, cancellation) ?? throw new LauncherException($"there is no city {world.City}");
        var months = city.Units * (city.Days / DaysOfAMonth);
        var queries = new SearchQueries(world.City, city.FirstDay);
        var (inMemory, inSql) = (new Latencies(), new Latencies());
        await SearchAsync(indexed, queries, world.Options.RoundTime / 4, new Latencies(), cancellation);
        await SearchAsync(sql, queries, world.Options.RoundTime / 4, new Latencies(), cancellation);
        await SearchAsync(indexed, queries, world.Options.RoundTime, inMemory, cancellation);
        await SearchAsync(sql, queries, world.Options.RoundTime, inSql, cancellation);

        var report = world.Report;
        report.Title(Name, $"{world.City}, {city.Units:N0} units, {city.Days} nights each, one search after the other without HTTP");
        report.Figure("built from the database", $"{Median.Of(seconds):0.00} s", $"target < {MostSeconds:0} s: {Verdict(Median.Of(seconds) < MostSeconds)}");
        report.Figure("nights", $"{city.NightBytes / months:0.0} bytes", $"a unit-month; target < {MostBytes:0}: {Verdict(city.NightBytes / months < MostBytes)}");
        report.Figure("the whole index, collected", $"{whole / months:0.0} bytes", $"a unit-month, {whole / 1024.0 / 1024.0:0.0} MB: nights, and the names, plans and cards that a list shows");
        report.Latency("a search in the index", inMemory);
        report.Latency("baseline: the same in SQL alone", inSql);
        report.Figure("ratio of the medians", $"{inSql.At(0.5) / inMemory.At(0.5):0} x", "SQL beside index");
        return Median.Of(seconds) < MostSeconds && city.NightBytes / months < MostBytes;
    }

    // What is left of a second index after all that was only needed to read it has been collected.
    private static async Task<long> MemoryAsync(BenchWorld world, CancellationToken cancellation)
    {
        await using var another = Services(world, "On");
        var index = another.GetRequiredService<AvailabilityIndex>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await index.BuildAllAsync(cancellation);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(index);
        return after - before;
    }

    private static ServiceProvider Services(BenchWorld world, string useOfIndex) => new ServiceCollection()
        .AddLogging()
        .AddReserveConnect(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Reserve:Database:ConnectionString"] = world.Stack.FunctionsConnectionString,
            ["Reserve:Search:Index"] = useOfIndex,
        }).Build())
        .AddSingleton(TimeProvider.System)
        .BuildServiceProvider();

    private static async Task SearchAsync(IServiceProvider services, SearchQueries queries, TimeSpan time, Latencies latencies, CancellationToken cancellation)
    {
        var searches = services.GetRequiredService<StaySearches>();
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(begun) < time; number++)
        {
            var since = Stopwatch.GetTimestamp();
            if ((await searches.SearchAsync(queries.Search(number), cancellation)).Refusal is { } refusal)
                throw new LauncherException($"a search was refused: {refusal.Code}");
            latencies.AddSince(since);
        }
    }

    private static string Verdict(bool met) => met ? "met" : "MISSED";
}
