using System.Diagnostics;
using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Ledger;

/// <summary>
/// Postings into the books, spread over properties and all of one, in rounds that alternate with TPC-B on the same server: by the client
/// that runs TPC-B, and as the application posts; then reading them.
/// </summary>
internal sealed class PostingsBenchmark : IBenchmark
{
    private const double SpreadTarget = 1.0;
    private const double HotTarget = 0.5;
    private const double MostTrialBalanceMilliseconds = 50;
    private const int Properties = 1_000;
    private const int TrialBalances = 50;

    public string Name => "postings";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        await using var books = new LedgerBench(world);
        await using var tpcb = await TpcB.PrepareAsync(world, cancellation);
        var properties = await books.PropertiesAsync(Properties, cancellation);
        using var scripts = LedgerScripts.Of(world);
        await RoundAsync(books, options, properties, new(), cancellation);

        List<double> transactions = [];
        List<double> spread = [];
        List<double> hot = [];
        List<double> scriptedSpread = [];
        List<double> scriptedHot = [];
        var (spreadLatency, hotLatency) = (new Latencies(), new Latencies());
        for (var round = 0; round < options.Rounds; round++)
        {
            transactions.Add(await tpcb.RunAsync(cancellation));
            spread.Add(await RoundAsync(books, options, properties, spreadLatency, cancellation));
            hot.Add(await RoundAsync(books, options, properties[..1], hotLatency, cancellation));
            transactions.Add(await tpcb.RunAsync(cancellation));
            if (scripts is null)
                continue;
            scriptedSpread.Add(await SealedMeanwhileAsync(books, () => scripts.RunAsync(properties, cancellation), cancellation));
            scriptedHot.Add(await SealedMeanwhileAsync(books, () => scripts.RunAsync(properties[..1], cancellation), cancellation));
        }

        var report = world.Report;
        report.Title("postings", $"one balanced transaction each through the posting function, {options.TpcbClients} writers, sealed once a second meanwhile");
        var baseline = Median.Of(transactions);
        report.Figure("baseline: TPC-B transactions a second", $"{baseline:0}", $"rounds {Rounds(transactions)}; {tpcb.Name}");
        if (scripts is not null)
        {
            Print(report, $"postings a second by the same client, {properties.Length:#,0} properties", scriptedSpread, baseline, SpreadTarget);
            Print(report, "postings a second by the same client, one property", scriptedHot, baseline, HotTarget);
        }

        Print(report, $"postings a second by the application, {properties.Length:#,0} properties", spread, baseline, SpreadTarget);
        report.Latency("one posting", spreadLatency);
        Print(report, "postings a second by the application, one property", hot, baseline, HotTarget);
        report.Latency("one posting", hotLatency);
        await ReadAsync(world, books, cancellation);
        return await world.CheckInvariantsAsync(cancellation);
    }

    private static Task<double> RoundAsync(LedgerBench books, BenchOptions options, Guid[] properties, Latencies latencies, CancellationToken cancellation) =>
        SealedMeanwhileAsync(
            books,
            () => ClosedLoop.RunAsync(
                options.TpcbClients, options.RoundTime, latencies, (number, _) => books.PostAsync(properties[number % properties.Length]), cancellation),
            cancellation);

    // The work that postings leave behind is done while they are counted.
    private static async Task<double> SealedMeanwhileAsync(LedgerBench books, Func<Task<double>> post, CancellationToken cancellation)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sealing = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await books.SealAsync(CancellationToken.None);
                    await Task.Delay(TimeSpan.FromSeconds(1), done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            },
            CancellationToken.None);
        var perSecond = await post();
        await done.CancelAsync();
        await sealing;
        await books.SealAsync(cancellation);
        return perSecond;
    }

    private static async Task ReadAsync(BenchWorld world, LedgerBench books, CancellationToken cancellation)
    {
        var report = world.Report;
        var missing = world.Options.LedgerEntries - await books.CountAsync(cancellation);
        if (missing > 0)
            await LedgerBench.FillAsync(world, missing, cancellation);
        var begun = Stopwatch.GetTimestamp();
        var sealedNow = await books.SealAsync(cancellation);
        var took = Stopwatch.GetElapsedTime(begun);
        if (sealedNow > 0)
            report.Figure("transactions sealed a second, one after the other", $"{sealedNow / took.TotalSeconds:0}", $"{sealedNow:#,0} in {took.TotalSeconds:0.0} s");

        var (now, then) = (new Latencies(), new Latencies());
        var noon = TimeProvider.System.GetUtcNow().AddDays(-100);
        for (var number = 0; number < TrialBalances; number++)
        {
            await TimeAsync(now, () => books.DifferenceAsync(null, cancellation));
            await TimeAsync(then, () => books.DifferenceAsync(noon.AddHours(-number), cancellation));
        }

        var entries = await books.CountAsync(cancellation);
        report.Latency($"trial balance of {entries:#,0} entries, now", now);
        report.Latency("the same, at an instant of the past", then);
        report.Line($"target: under {MostTrialBalanceMilliseconds:0} ms: {(now.At(0.99) < MostTrialBalanceMilliseconds ? "met" : "MISSED")}, in the past {(then.At(0.99) < MostTrialBalanceMilliseconds ? "met" : "MISSED")}");
    }

    private static async Task TimeAsync(Latencies latencies, Func<Task<decimal>> read)
    {
        var since = Stopwatch.GetTimestamp();
        var difference = await read();
        latencies.AddSince(since);
        if (difference != 0)
            throw new InvalidOperationException($"the trial balance is {difference}");
    }

    private static void Print(Report report, string what, List<double> rounds, double baseline, double target)
    {
        var ratio = Median.Of(rounds) / baseline;
        report.Figure(what, $"{Median.Of(rounds):0}", $"rounds {Rounds(rounds)}");
        report.Figure("ratio", $"{ratio:0.00}", $"target {target:0.0}: {(ratio >= target ? "met" : "MISSED")}");
    }

    private static string Rounds(List<double> values) => string.Join(", ", values.Select(value => $"{value:0}"));
}
