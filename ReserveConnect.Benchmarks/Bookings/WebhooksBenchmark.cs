using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>
/// Stripe reports at a rate, whether or not we keep up: what it says of a booking, of payments that were made, most for the
/// first time and some again. Seen beside the health check at the same rate, which no statement but one is behind.
/// </summary>
internal sealed class WebhooksBenchmark : IBenchmark
{
    private const double MostMilliseconds = 50;

    public string Name => "webhooks";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        var payments = await PayAsync(world, cancellation);
        using var stripe = new StripeReporter(world.Stack, payments, options);
        var health = new Latencies();
        var all = new Latencies();
        var first = new Latencies();
        var again = new Latencies();
        List<double> perSecond = [];

        // The first round compiles.
        for (var round = 0; round <= options.Rounds; round++)
        {
            if (round == 1)
            {
                health = new();
                all = new();
                first = new();
                again = new();
                perSecond = [];
            }

            await OpenLoop.RunAsync(options.WebhookRate, options.RoundTime, health, (_, ct) => world.Api.DrainAsync("health", ct), cancellation);
            perSecond.Add(await OpenLoop.RunAsync(
                options.WebhookRate, options.RoundTime, all, (_, ct) => stripe.ReportAsync(first, again, ct), cancellation));
        }

        var report = world.Report;
        report.Title(Name, $"{options.WebhookRate:0} of Stripe a second, signed, of {payments.Count} payments; {options.Rounds} rounds of {options.RoundTime.TotalSeconds:0} s");
        report.Figure("answered a second", $"{Median.Of(perSecond):0}", perSecond.Min() < 0.9 * options.WebhookRate ? "it does not keep up with them" : "it keeps up with them");
        report.Latency("answer, from when it was due", all);
        report.Latency("told for the first time, from when it was sent", first);
        report.Latency("told again, from when it was sent", again);
        report.Latency("baseline: health check at the same rate", health);
        report.Line($"target: p99 <= {MostMilliseconds:0} ms: {(all.At(0.99) <= MostMilliseconds ? "met" : "MISSED")}");
        var isStored = await IsStoredOnceAsync(world, stripe, cancellation);
        return await world.CheckInvariantsAsync(cancellation) && isStored;
    }

    private static async Task<IReadOnlyList<ReportedPayment>> PayAsync(BenchWorld world, CancellationToken cancellation)
    {
        var stays = await new FreeStays(world).ToBookAsync(world.Options.ReportedBookings, cancellation);
        await using var watch = new ConfirmationWatch(world.Stack.ConnectionString);
        watch.Start();
        var (_, intents) = await new BookingRound(world, watch, new Steps()).RunAsync(stays, cancellation);
        await using var database = new NpgsqlConnection(world.Stack.ConnectionString);
        return (await database.QueryAsync<ReportedPayment>(
            """
            SELECT id AS attempt_id, booking_intent_id, provider_payment_intent_id AS payment_intent_id, provider_charge_id AS charge_id
            FROM reserve.payment_attempts
            WHERE booking_intent_id = ANY(@intents)
              AND status = 'succeeded'
            """,
            new { intents = intents.ToArray() })).AsList();
    }

    private static async Task<bool> IsStoredOnceAsync(BenchWorld world, StripeReporter stripe, CancellationToken cancellation)
    {
        await using var database = new NpgsqlConnection(world.Stack.ConnectionString);
        var stored = await database.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT count(*) FROM reserve.webhook_events WHERE provider = 'stripe' AND starts_with(provider_event_id, @Prefix)",
            new { StripeReporter.Prefix },
            cancellationToken: cancellation));
        world.Report.Figure("events stored", $"{stored}", stored == stripe.Events ? "each once, as it must be" : $"WRONG: {stripe.Events} were told");
        return stored == stripe.Events;
    }
}
