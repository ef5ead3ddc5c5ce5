using System.Diagnostics;
using System.Net;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Bookings;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Racing;

/// <summary>One room-night, a hundred guests at once, round after round: one gets it, all others are told that it is gone.</summary>
internal sealed class RaceBenchmark : IBenchmark
{
    private const string Gone = "not_available";

    public string Name => "race";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        var nights = await new FreeStays(world).ToRaceForAsync(options.RaceRounds, cancellation);
        var roundTrip = await RoundTrip.MeasureAsync(world.Stack.ConnectionString, options.RoundTrips, cancellation);
        await using var database = new NpgsqlConnection(world.Stack.ConnectionString);
        var before = await DeadlocksAsync(database);
        var latencies = new Latencies();
        List<string> wrong = [];
        List<double> perSecond = [];
        foreach (var night in nights)
        {
            var begun = Stopwatch.GetTimestamp();
            var answers = await Task.WhenAll(Enumerable.Range(0, options.Guests).Select(guest => Task.Run(() => TryAsync(world, night, guest, latencies, cancellation), cancellation)));
            perSecond.Add(options.Guests / Stopwatch.GetElapsedTime(begun).TotalSeconds);
            var winners = answers.Count(answer => answer == "won");
            var losers = answers.Count(answer => answer == Gone);
            if (winners != 1 || losers != options.Guests - 1)
                wrong.Add($"night {night.CheckIn:yyyy-MM-dd}: {string.Join(", ", answers.CountBy(answer => answer).Select(count => $"{count.Value} x {count.Key}"))}");
        }

        var deadlocks = await DeadlocksAsync(database) - before;
        var report = world.Report;
        report.Title(Name, $"one room-night, {options.Guests} guests at once, {nights.Count} rounds");
        report.Figure("rounds with exactly one winner, others 409", $"{nights.Count - wrong.Count} of {nights.Count}", wrong.Count == 0 ? "as it must be" : "WRONG");
        foreach (var round in wrong)
            report.Line($"WRONG {round}");
        report.Figure("deadlocks in the database", $"{deadlocks}", deadlocks == 0 ? "as it must be" : "WRONG");
        report.Figure("attempts a second (median round)", $"{Median.Of(perSecond):0}");
        report.Latency("attempt", latencies);
        report.Latency("baseline: SELECT 1, one connection", roundTrip);
        return await world.CheckInvariantsAsync(cancellation) && wrong.Count == 0 && deadlocks == 0;
    }

    private static async Task<string> TryAsync(BenchWorld world, FreeStay night, int guest, Latencies latencies, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        using var answer = await world.Api.AskForHoldAsync(night, guest, cancellation);
        latencies.AddSince(begun);
        if (answer.StatusCode == HttpStatusCode.Created)
            return "won";
        if (answer.StatusCode != HttpStatusCode.Conflict)
            return $"HTTP {(int)answer.StatusCode}";
        var problem = await answer.Content.ReadAsStringAsync(cancellation);
        return problem.Contains($"\"code\":\"{Gone}\"", StringComparison.Ordinal) ? Gone : $"409 {problem}";
    }

    // Backends hand their counters in when they are idle, at most a second later.
    private static async Task<long> DeadlocksAsync(NpgsqlConnection database)
    {
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        return await database.ExecuteScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
}
