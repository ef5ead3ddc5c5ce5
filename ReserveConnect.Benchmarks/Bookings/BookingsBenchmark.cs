using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Benchmarks.Profiling;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>
/// Full bookings by a hundred guests at once on different units, in rounds that alternate with TPC-B on the same server.
/// </summary>
internal sealed class BookingsBenchmark : IBenchmark
{
    private const double Target = 0.05;

    public string Name => "bookings";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        var stays = await new FreeStays(world).ToBookAsync(options.WarmUpBookings + (options.Rounds * options.BookingsPerRound), cancellation);
        await using var tpcb = await TpcB.PrepareAsync(world, cancellation);
        await using var watch = new ConfirmationWatch(world.Stack.ConnectionString);
        watch.Start();
        await new BookingRound(world, watch, new Steps()).RunAsync([.. stays.Take(options.WarmUpBookings)], cancellation);

        var steps = new Steps();
        var saga = new Latencies();
        List<double> bookings = [];
        List<double> transactions = [];
        await using var profile = options.Profile ? await BookingProfile.StartAsync(world, cancellation) : null;
        foreach (var round in stays.Skip(options.WarmUpBookings).Chunk(options.BookingsPerRound))
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
            await profile.PrintAsync(options.Rounds * options.BookingsPerRound, cancellation);
        return await world.CheckInvariantsAsync(cancellation);
    }

    private static void Print(
        Report report, BenchOptions options, string tpcb, List<double> bookings, List<double> transactions, Steps steps, Latencies saga)
    {
        report.Title("bookings", $"hold, card, webhook, saga, Host, reservation, ledger; {options.Guests} guests at once, {options.Rounds} rounds of {options.BookingsPerRound}");
        var ratio = Median.Of(bookings) / Median.Of(transactions);
        report.Figure("bookings a second", $"{Median.Of(bookings):0.0}", $"rounds {Rounds(bookings)}");
        report.Figure("baseline: TPC-B transactions a second", $"{Median.Of(transactions):0}", $"rounds {Rounds(transactions)}; {tpcb}");
        report.Figure("ratio", $"{ratio:0.000}", $"first target {Target}: {(ratio >= Target ? "met" : "MISSED")}");
        report.Latency("hold", steps.Hold);
        report.Latency("card payment opened", steps.Open);
        report.Latency("card confirmed at Stripe's stand-in", steps.Card);
        report.Latency("from there to the reservation", steps.Reservation);
        report.Latency("whole booking", steps.Whole);
        report.Latency("saga: webhook stored to reservation", saga);
    }

    private static string Rounds(List<double> values) => string.Join(", ", values.Select(value => $"{value:0.0}"));
}
