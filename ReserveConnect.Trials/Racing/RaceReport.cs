using System.Globalization;

namespace ReserveConnect.Trials.Racing;

/// <summary>What came of races, in words.</summary>
internal static class RaceReport
{
    /// <summary>Broken seeds of a race that are shown with all that is known of them.</summary>
    private const int Shown = 5;

    /// <summary>Further ones of which the number is named.</summary>
    private const int Named = 50;

    private const int LogLines = 8;

    /// <summary>Prints a run: a line for each race, below it what is broken and how to see it again, and what it took.</summary>
    public static async Task PrintAsync(RunOrder order, RunResult result, TextWriter output)
    {
        foreach (var race in result.Races)
            await PrintAsync(order, race, output);
        foreach (var finding in result.Findings.Take(Named))
            await output.WriteLineAsync($"  {finding}");
        var lanes = Math.Max(1, result.Races.Sum(race => race.Seeds));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{lanes} seeds in {result.Took.TotalSeconds:0.0} s; {result.Processor.TotalMilliseconds / lanes:0.0} ms of this process each; the clock jumped {result.Jumps} times, the timers ran {result.Strikes} times"));
    }

    private static async Task PrintAsync(RunOrder order, RaceResult result, TextWriter output)
    {
        await output.WriteLineAsync(
            $"{(result.Holds ? "ok    " : "BROKEN")} {result.Race.Name,-22} {result.Seeds} seeds: {Counts(result.Ends)}; {result.Refunded} refunded");
        if (result.Met.Count > 0)
            await output.WriteLineAsync($"       {Counts(result.Met)}");
        foreach (var seldom in result.TooSeldom)
            await output.WriteLineAsync($"  {seldom}");
        var seeds = result.Broken.GroupBy(broken => broken.Seed).ToList();
        foreach (var seed in seeds.Take(Shown))
            await PrintAsync(order, result.Race, [.. seed], output);
        if (seeds.Count > Shown)
            await output.WriteLineAsync($"  and {seeds.Count - Shown} more: {string.Join(", ", seeds.Skip(Shown).Take(Named).Select(seed => seed.Key))}");
    }

    private static async Task PrintAsync(RunOrder order, IRace race, IReadOnlyList<BrokenSeed> times, TextWriter output)
    {
        var broken = times[0];
        var (at, first, count, batchAt) = broken.Place;
        await output.WriteLineAsync($"  seed {broken.Seed}: ./reserve race --race {race.Name} --seed {broken.Seed} --at {Instant(at)}");
        await output.WriteLineAsync($"    among its like: ./reserve race{(order.Races.Count == 1 ? $" --race {race.Name}" : "")} --seed {first} --seeds {count} --at {Instant(batchAt)}");
        if (order.Times > 1)
            await output.WriteLineAsync($"    {times.Count} of {order.Times} broke");
        await output.WriteLineAsync($"    drawn: {string.Join(", ", broken.Drawn)}");
        if (broken.Stay is { } stay)
            await output.WriteLineAsync($"    stay: {stay}");
        foreach (var wrong in broken.Wrong)
            await output.WriteLineAsync($"    {wrong}");
        foreach (var line in broken.Log.TakeLast(LogLines))
            await output.WriteLineAsync($"    log: {line}");
    }

    private static string Counts(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"));

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
