using System.Globalization;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials;

/// <summary>What <c>./reserve race</c> was asked for.</summary>
/// <param name="Order">Which races and seeds.</param>
/// <param name="At">UTC instant at which the clock begins; null: now.</param>
internal sealed record RaceOptions(RunOrder Order, DateTimeOffset? At = null)
{
    /// <summary>Seeds of a race where nobody says how many.</summary>
    public const int UsualSeeds = 1_000;

    /// <summary>More do not fit into the days that the clock has.</summary>
    public const int MostSeeds = 5_000;

    public static readonly string Usage =
        $"""
        ./reserve race [--seeds N] [--seed S] [--race NAME] [--at INSTANT] [--times K]
          --seeds N     seeds of each race, {UsualSeeds} by default, {MostSeeds} at most
          --seed S      the first seed, 1 by default; without --seeds only this one
          --race NAME   one race: {string.Join(", ", RaceList.All.Select(race => race.Name))}
          --at INSTANT  when the clock begins, such as 2027-03-01T09:30:00Z; now by default
          --times K     each seed so often, at the same time, 1 by default; seeds and times together no more than {MostSeeds}
        """;

    /// <exception cref="UsageException">Something cannot be understood.</exception>
    public static RaceOptions Parse(string[] arguments)
    {
        var line = new CommandLine(arguments);
        var seeds = line.Option("--seeds", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostSeeds, count));
        var seed = line.Option("--seed", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue - MostSeeds, number));
        var times = line.Option("--times", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostSeeds, count));
        var at = line.Option("--at", text => (
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant), instant));
        var name = line.Option("--race");
        line.End();
        IReadOnlyList<IRace> races = name is null ? RaceList.All : [.. RaceList.All.Where(race => race.Name == name)];
        var order = new RunOrder(races, seed ?? 1, seeds ?? (seed is null && times is null ? UsualSeeds : 1), times ?? 1);
        return (races.Count, order.Seeds * (long)order.Times) switch
        {
            (0, _) => throw new UsageException($"there is no race '{name}'"),
            (_, > MostSeeds) => throw new UsageException($"{order.Seeds} seeds {order.Times} times each are more than {MostSeeds}"),
            _ => new RaceOptions(order, at),
        };
    }
}
