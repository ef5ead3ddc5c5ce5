using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>A hundred users who search the whole city, each with other dates, guests, order and filters.</summary>
internal sealed class SearchBenchmark : IBenchmark
{
    public string Name => "search";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        var roundTrip = await RoundTrip.MeasureAsync(world.Stack.ConnectionString, options.RoundTrips, cancellation);
        var queries = new SearchQueries(world.City, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        Task Search(int number, CancellationToken ct) => world.Api.DrainAsync(queries.Number(number), ct);
        Task Live(int number, CancellationToken ct) => world.Api.DrainAsync("health/live", ct);
        await ClosedLoop.RunAsync(options.Guests, options.RoundTime / 2, new Latencies(), Search, cancellation);
        await ClosedLoop.RunAsync(options.Guests, options.RoundTime / 4, new Latencies(), Live, cancellation);

        var search = new Latencies();
        var live = new Latencies();
        List<double> searches = [];
        List<double> lives = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            lives.Add(await ClosedLoop.RunAsync(options.Guests, options.RoundTime / 2, live, Live, cancellation));
            searches.Add(await ClosedLoop.RunAsync(options.Guests, options.RoundTime, search, Search, cancellation));
        }

        var report = world.Report;
        report.Title(Name, $"{options.Guests} users at once over the whole city, {options.Rounds} rounds of {options.RoundTime.TotalSeconds:0} s");
        report.Figure("searches a second", $"{Median.Of(searches):0}");
        report.Latency("search", search);
        report.Figure("baseline: health/live a second", $"{Median.Of(lives):0}", $"a search costs {Median.Of(lives) / Median.Of(searches):0.0} x as much");
        report.Latency("baseline: health/live", live);
        report.Latency("baseline: SELECT 1, one connection", roundTrip);
        return true;
    }
}
