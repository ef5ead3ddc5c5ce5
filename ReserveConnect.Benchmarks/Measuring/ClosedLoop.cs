using System.Diagnostics;

namespace ReserveConnect.Benchmarks.Measuring;

/// <summary>Users who each ask again as soon as they are answered.</summary>
internal static class ClosedLoop
{
    /// <summary>Runs <paramref name="users"/> at once for <paramref name="time"/>.</summary>
    /// <param name="users">Users at once.</param>
    /// <param name="time">How long new questions are asked.</param>
    /// <param name="latencies">Gets the latency of every question.</param>
    /// <param name="ask">Asks question number n, counted over all users from 0.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Questions answered a second.</returns>
    public static async Task<double> RunAsync(
        int users, TimeSpan time, Latencies latencies, Func<int, CancellationToken, Task> ask, CancellationToken cancellation)
    {
        var asked = -1;
        var answered = 0;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, users).Select(_ => Task.Run(
            async () =>
            {
                while (Stopwatch.GetElapsedTime(begun) < time)
                {
                    var since = Stopwatch.GetTimestamp();
                    await ask(Interlocked.Increment(ref asked), cancellation);
                    latencies.AddSince(since);
                    Interlocked.Increment(ref answered);
                }
            },
            cancellation)));
        return answered / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
