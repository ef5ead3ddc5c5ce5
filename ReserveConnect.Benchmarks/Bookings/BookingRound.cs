using System.Collections.Concurrent;
using System.Diagnostics;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Launcher;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>A hundred guests who book one stay after the other until all are booked.</summary>
internal sealed class BookingRound(BenchWorld world, ConfirmationWatch watch, Steps steps)
{
    private sealed record Held(Guid BookingIntentId, string AccessToken);

    private sealed record Booked(string Status, string? ConfirmationCode);

    /// <summary>Books every stay.</summary>
    /// <returns>Bookings a second, and the intents.</returns>
    public async Task<(double PerSecond, IReadOnlyList<Guid> Intents)> RunAsync(IReadOnlyList<FreeStay> stays, CancellationToken cancellation)
    {
        var intents = new ConcurrentBag<Guid>();
        var next = -1;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, world.Options.Guests).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) is var index && index < stays.Count)
                    intents.Add(await BookAsync(stays[index], index, cancellation));
            },
            cancellation)));
        return (stays.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds, [.. intents]);
    }

    /// <summary>Books stays as guests arrive, whether or not the earlier ones are done.</summary>
    /// <param name="stays">Enough of them.</param>
    /// <param name="rate">Guests a second, on average.</param>
    /// <param name="time">How long they arrive.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Bookings a second until the last one stands, and the intents.</returns>
    public async Task<(double PerSecond, IReadOnlyList<Guid> Intents)> ArriveAsync(
        IReadOnlyList<FreeStay> stays, double rate, TimeSpan time, CancellationToken cancellation)
    {
        var intents = new ConcurrentBag<Guid>();
        var perSecond = await OpenLoop.RunAsync(
            rate, time, new Latencies(), async (number, ct) => intents.Add(await BookAsync(stays[number], number, ct)), cancellation);
        return (perSecond, [.. intents]);
    }

    private async Task<Guid> BookAsync(FreeStay stay, int guest, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        using var hold = await world.Api.AskForHoldAsync(stay, guest, cancellation);
        var (intentId, token) = await GuestApi.ReadAsync<Held>(hold, cancellation);
        steps.Hold.AddSince(begun);

        var opening = Stopwatch.GetTimestamp();
        var payment = await world.Api.OpenCardPaymentAsync(intentId, token, cancellation);
        steps.Open.AddSince(opening);

        var paying = Stopwatch.GetTimestamp();
        await world.Api.ConfirmAtStripeAsync(payment, cancellation);
        steps.Card.AddSince(paying);

        var waiting = Stopwatch.GetTimestamp();
        await watch.UntilConfirmedAsync(intentId, world.Options.BookingPatience, cancellation);
        steps.Reservation.AddSince(waiting);

        var booked = await world.Api.GetAsync<Booked>($"booking-intents/{intentId}", token, cancellation);
        if (booked.ConfirmationCode is null)
            throw new LauncherException($"booking intent {intentId} is {booked.Status} and has no confirmation code");
        steps.Whole.AddSince(begun);
        return intentId;
    }
}
