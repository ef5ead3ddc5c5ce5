using System.Diagnostics;

namespace ReserveConnect.Benchmarks.Measuring;

/// <summary>
/// Questions that arrive when they arrive, whether or not the earlier ones are answered: the gaps between them are
/// exponential, as of people who know nothing of each other. A latency counts from when the question was due, so that a
/// slow answer cannot hide those that had to wait behind it.
/// </summary>
internal static class OpenLoop
{
    private const int Seed = 20240629;

    /// <summary>More questions than ever arrive at that rate in that time, as good as certainly: six standard deviations above the mean.</summary>
    public static int Most(double rate, TimeSpan time) => (int)Math.Ceiling((rate * time.TotalSeconds) + (6 * Math.Sqrt(rate * time.TotalSeconds)) + 1);

    /// <summary>Asks <paramref name="rate"/> questions a second for <paramref name="time"/> and waits for the answers.</summary>
    /// <param name="rate">A second, on average.</param>
    /// <param name="time">How long questions arrive.</param>
    /// <param name="latencies">Gets the latency of every question.</param>
    /// <param name="ask">Asks question number n.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Questions answered a second until the last answer.</returns>
    public static async Task<double> RunAsync(
        double rate, TimeSpan time, Latencies latencies, Func<int, CancellationToken, Task> ask, CancellationToken cancellation)
    {
        var random = new Random(Seed);
        var begun = Stopwatch.GetTimestamp();
        List<Task> asked = [];
        for (var due = 0.0; due < time.TotalSeconds; due += -Math.Log(1 - random.NextDouble()) / rate)
        {
            var wait = due - Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (wait > 0)
                await Task.Delay(TimeSpan.FromSeconds(wait), cancellation);
            var since = begun + (long)(due * Stopwatch.Frequency);
            asked.Add(AskAsync(asked.Count, since));
        }

        await Task.WhenAll(asked);
        return asked.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task AskAsync(int number, long since)
        {
            await Task.Yield();
            await ask(number, cancellation);
            latencies.AddSince(since);
        }
    }
}
