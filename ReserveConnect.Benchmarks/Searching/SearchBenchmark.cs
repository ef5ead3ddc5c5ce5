using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>
/// Searches of the whole city over HTTP, each with other dates, guests, order and filters: at a steady rate of arrivals, and
/// by users who ask again as soon as they are answered.
/// </summary>
internal sealed class SearchBenchmark : IBenchmark
{
    private const double MostMedian = 3;
    private const double MostAt99 = 15;
    private const double LeastPerSecond = 3_000;

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

        var (arriving, arrivingLive) = (new Latencies(), new Latencies());
        var (search, live) = (new Latencies(), new Latencies());
        List<double> searches = [];
        List<double> lives = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            await OpenLoop.RunAsync(options.SearchRate, options.RoundTime / 2, arrivingLive, Live, cancellation);
            await OpenLoop.RunAsync(options.SearchRate, options.RoundTime, arriving, Search, cancellation);
            lives.Add(await ClosedLoop.RunAsync(options.Guests, options.RoundTime / 2, live, Live, cancellation));
            searches.Add(await ClosedLoop.RunAsync(options.Guests, options.RoundTime, search, Search, cancellation));
        }

        var report = world.Report;
        report.Title(Name, $"the whole city, {options.Rounds} rounds of {options.RoundTime.TotalSeconds:0} s each");
        report.Latency($"{options.SearchRate:0} searches/s arriving", arriving);
        report.Line($"target p50 <= {MostMedian:0} ms: {Verdict(arriving.At(0.5) <= MostMedian)}; p99 <= {MostAt99:0} ms: {Verdict(arriving.At(0.99) <= MostAt99)}");
        report.Latency($"baseline: {options.SearchRate:0} health/live a second arriving", arrivingLive);
        report.Figure($"{options.Guests} users at once: searches a second", $"{Median.Of(searches):0}", $"target {LeastPerSecond:N0}: {Verdict(Median.Of(searches) >= LeastPerSecond)}");
        report.Latency("a search of theirs", search);
        report.Figure("baseline: health/live a second", $"{Median.Of(lives):0}", $"a search costs {Median.Of(lives) / Median.Of(searches):0.0} x as much");
        report.Latency("baseline: health/live", live);
        report.Latency("baseline: SELECT 1, one connection", roundTrip);
        return true;
    }

    private static string Verdict(bool met) => met ? "met" : "MISSED";
}
