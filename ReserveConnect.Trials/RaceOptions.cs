using System.Globalization;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials;

/// <summary>What <c>./reserve race</c> was asked for.</summary>
/// <param name="Races">Which ones.</param>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many of each.</param>
internal sealed record RaceOptions(IReadOnlyList<IRace> Races, int First, int Seeds)
{
    /// <summary>Seeds of a race where nobody says how many.</summary>
    public const int UsualSeeds = 200;

    /// <summary>More do not fit into the year that the clock has.</summary>
    public const int MostSeeds = 20_000;

    public static readonly string Usage =
        $"""
        ./reserve race [--seeds N] [--seed S] [--race NAME]
          --seeds N    seeds of each race, {UsualSeeds} by default, {MostSeeds} at most
          --seed S     the first seed, 1 by default; without --seeds only this one
          --race NAME  one race: {string.Join(", ", RaceList.All.Select(race => race.Name))}
        """;

    /// <exception cref="UsageException">Something cannot be understood.</exception>
    public static RaceOptions Parse(string[] arguments)
    {
        var line = new CommandLine(arguments);
        var seeds = line.Option("--seeds", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostSeeds, count));
        var seed = line.Option("--seed", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue - MostSeeds, number));
        var name = line.Option("--race");
        line.End();
        IReadOnlyList<IRace> races = name is null ? RaceList.All : [.. RaceList.All.Where(race => race.Name == name)];
        return races.Count == 0
            ? throw new UsageException($"there is no race '{name}'")
            : new RaceOptions(races, seed ?? 1, seeds ?? (seed is null ? UsualSeeds : 1));
    }
}
