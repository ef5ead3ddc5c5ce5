using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Benchmarks.Profiling;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>
/// Full bookings by a hundred guests at once on different units, in rounds that alternate with TPC-B on the same server.
/// </summary>
internal sealed class BookingsBenchmark : IBenchmark
{
    private const double Target = 0.08;
    private const double MostSagaMilliseconds = 250;

    public string Name => "bookings";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        var inRounds = options.WarmUpBookings + (options.Rounds * options.BookingsPerRound);
        var stays = await new FreeStays(world).ToBookAsync(inRounds + OpenLoop.Most(options.BookingRate, options.ArrivalTime), cancellation);
        await using var tpcb = await TpcB.PrepareAsync(world, cancellation);
        await using var watch = new ConfirmationWatch(world.Stack.ConnectionString);
        watch.Start();
        await new BookingRound(world, watch, new Steps()).RunAsync([.. stays.Take(options.WarmUpBookings)], cancellation);

        var steps = new Steps();
        var saga = new Latencies();
        List<double> bookings = [];
        List<double> transactions = [];
        await using var profile = options.Profile ? await StackProfile.StartAsync(world, cancellation) : null;
        foreach (var round in stays.Take(inRounds).Skip(options.WarmUpBookings).Chunk(options.BookingsPerRound))
        {
            transactions.Add(await tpcb.RunAsync(cancellation));
            profile?.Resume();
            var (perSecond, intents) = await new BookingRound(world, watch, steps).RunAsync(round, cancellation);
            profile?.Pause();
            bookings.Add(perSecond);
            saga.Add(await SagaLatency.ReadAsync(world.Stack.ConnectionString, intents));
        }

        Print(world.Report, options, tpcb.Name, bookings, transactions, steps, saga);
        if (profile is not null)
            await profile.PrintAsync("booking", options.Rounds * options.BookingsPerRound, cancellation);
        await ArriveAsync(world, watch, [.. stays.Skip(inRounds)], cancellation);
        return await world.CheckInvariantsAsync(cancellation);
    }

    // A hundred who wait for each other tell how much it can do; how long it takes shows when guests come at a rate it can do.
    private static async Task ArriveAsync(BenchWorld world, ConfirmationWatch watch, IReadOnlyList<FreeStay> stays, CancellationToken cancellation)
    {
        var options = world.Options;
        var steps = new Steps();
        var (perSecond, intents) = await new BookingRound(world, watch, steps).ArriveAsync(stays, options.BookingRate, options.ArrivalTime, cancellation);
        var saga = new Latencies();
        saga.Add(await SagaLatency.ReadAsync(world.Stack.ConnectionString, intents));
        world.Report.Line("");
        world.Report.Line($"guests who arrive at {options.BookingRate:0} a second for {options.ArrivalTime.TotalSeconds:0} s, {intents.Count} bookings");
        world.Report.Figure("bookings a second", $"{perSecond:0.0}", perSecond < 0.9 * options.BookingRate ? "it does not keep up with them" : "it keeps up with them");
        world.Report.Latency("whole booking", steps.Whole);
        Print(world.Report, saga);
    }

    private static void Print(Report report, Latencies saga)
    {
        report.Latency("saga: webhook stored to reservation", saga);
        report.Line($"target of the saga: p99 <= {MostSagaMilliseconds:0} ms: {(saga.At(0.99) <= MostSagaMilliseconds ? "met" : "MISSED")}");
    }

    private static void Print(
        Report report, BenchOptions options, string tpcb, List<double> bookings, List<double> transactions, Steps steps, Latencies saga)
    {
        report.Title("bookings", $"hold, card, webhook, saga, Host, reservation, ledger; {options.Guests} guests at once, {options.Rounds} rounds of {options.BookingsPerRound}");
        var ratio = Median.Of(bookings) / Median.Of(transactions);
        report.Figure("bookings a second", $"{Median.Of(bookings):0.0}", $"rounds {Rounds(bookings)}");
        report.Figure("baseline: TPC-B transactions a second", $"{Median.Of(transactions):0}", $"rounds {Rounds(transactions)}; {tpcb}");
        report.Figure("ratio", $"{ratio:0.000}", $"target {Target}: {(ratio >= Target ? "met" : "MISSED")}");
        report.Latency("hold", steps.Hold);
        report.Latency("card payment opened", steps.Open);
        report.Latency("card confirmed at Stripe's stand-in", steps.Card);
        report.Latency("from there to the reservation", steps.Reservation);
        report.Latency("whole booking", steps.Whole);
        Print(report, saga);
    }

    private static string Rounds(List<double> values) => string.Join(", ", values.Select(value => $"{value:0.0}"));
}
