using System.Globalization;

namespace ReserveConnect.Trials.Racing;

/// <summary>What came of a race, in words.</summary>
internal static class RaceReport
{
    /// <summary>Broken seeds that are shown with all that is known of them.</summary>
    private const int Shown = 5;

    /// <summary>Further ones of which the number is named.</summary>
    private const int Named = 50;

    private const int LogLines = 8;

    /// <summary>Prints it: a line, and below it what is broken and how to see it again.</summary>
    public static async Task PrintAsync(RaceResult result, TextWriter output)
    {
        var ends = string.Join(", ", result.Ends.Select(end => $"{end.Value} {end.Key}"));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(result.Holds ? "ok    " : "BROKEN")} {result.Race.Name,-22} {result.Seeds} seeds: {ends}; {result.Refunded} refunded; {result.Took.TotalSeconds:0.0} s"));
        foreach (var broken in result.Broken.Take(Shown))
        {
            await output.WriteLineAsync($"  seed {broken.Seed}: ./reserve race --race {result.Race.Name} --seed {broken.Seed}");
            await output.WriteLineAsync($"    drawn: {string.Join(", ", broken.Drawn)}");
            foreach (var wrong in broken.Wrong)
                await output.WriteLineAsync($"    {wrong}");
            foreach (var line in broken.Log.TakeLast(LogLines))
                await output.WriteLineAsync($"    log: {line}");
        }

        if (result.Broken.Count > Shown)
            await output.WriteLineAsync($"  and {result.Broken.Count - Shown} more: {string.Join(", ", result.Broken.Skip(Shown).Take(Named).Select(broken => broken.Seed))}");
        foreach (var broken in result.BrokenInvariants)
            await output.WriteLineAsync($"  invariant {broken}");
    }
}
