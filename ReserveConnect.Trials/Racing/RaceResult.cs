namespace ReserveConnect.Trials.Racing;

/// <summary>What a seed is repeated with.</summary>
/// <param name="At">UTC instant at which its round began.</param>
/// <param name="First">First seed of its batch.</param>
/// <param name="Count">Seeds of its batch.</param>
/// <param name="BatchAt">UTC instant at which its batch began.</param>
internal sealed record Place(DateTimeOffset At, int First, int Count, DateTimeOffset BatchAt);

/// <summary>A seed that does not hold.</summary>
/// <param name="Drawn">What it had decided.</param>
/// <param name="Stay">Which nights it had, and what they cost; null: none.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="Log">What the functions complained about.</param>
internal sealed record BrokenSeed(int Seed, Place Place, IReadOnlyList<string> Drawn, string? Stay, IReadOnlyList<string> Wrong, IReadOnlyList<string> Log);

/// <summary>What came of a race.</summary>
/// <param name="Seeds">How many ran, repetitions counted.</param>
/// <param name="Ends">How many intents ended how.</param>
/// <param name="Refunded">Intents of which money was given back.</param>
/// <param name="Met">In how many seeds what happened.</param>
internal sealed record RaceResult(
    IRace Race,
    int Seeds,
    IReadOnlyDictionary<string, int> Ends,
    int Refunded,
    IReadOnlyDictionary<string, int> Met,
    IReadOnlyList<BrokenSeed> Broken)
{
    /// <summary>So many seeds have to be as a race's floors say; of fewer it is chance.</summary>
    public const int EnoughForFloors = 100;

    /// <summary>What happened too seldom for the race to prove anything.</summary>
    public IReadOnlyList<string> TooSeldom { get; } = Seeds < EnoughForFloors
        ? []
        : [
            .. from floor in Race.Floors
               let met = Met.GetValueOrDefault(floor.Key)
               where met * 100 < floor.Value * Seeds
               select $"\"{floor.Key}\" in {met} of {Seeds} seeds, and not in {floor.Value} %: the race was not run as it is meant",
        ];

    public bool Holds => Broken.Count == 0 && TooSeldom.Count == 0;
}

/// <summary>What came of a run.</summary>
/// <param name="Races">In the order in which they were asked for.</param>
/// <param name="Findings">What is wrong with the world and belongs to no seed.</param>
/// <param name="Took">Real time.</param>
/// <param name="Processor">Time of this process on processors; the database server's is not in it.</param>
/// <param name="Jumps">How often the clock was moved.</param>
/// <param name="Strikes">How often the minute timers ran.</param>
internal sealed record RunResult(IReadOnlyList<RaceResult> Races, IReadOnlyList<string> Findings, TimeSpan Took, TimeSpan Processor, int Jumps, int Strikes)
{
    public bool Holds => Findings.Count == 0 && Races.All(race => race.Holds);
}
