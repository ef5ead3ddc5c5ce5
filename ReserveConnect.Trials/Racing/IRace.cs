namespace ReserveConnect.Trials.Racing;

/// <summary>A race that bookings and money run: a file each, and a line in <see cref="RaceList"/>.</summary>
internal interface IRace
{
    /// <summary>What <c>--race</c> calls it.</summary>
    string Name { get; }

    /// <summary>What it is about, in a sentence.</summary>
    string Story { get; }

    /// <summary>
    /// What has to have happened in so many of a hundred seeds, by the words of <see cref="Seen"/> and <see cref="Lane.Met"/>: a race in
    /// which nothing overtakes anything proves nothing.
    /// </summary>
    IReadOnlyDictionary<string, int> Floors => new Dictionary<string, int>();

    /// <summary>Settings of the functions that it needs, in a world of its own; none: it shares the world of the others.</summary>
    IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    /// <summary>Runs it once. First everything is drawn from <see cref="Lane.Chance"/>, then it begins.</summary>
    Task RunAsync(Lane lane);

    /// <summary>What is wrong with how it ended, beyond what holds for every race; null: nothing.</summary>
    /// <param name="lane">With what happened in it.</param>
    /// <param name="facts">What is on record of it.</param>
    string? Wrong(Lane lane, Facts facts);

    /// <summary>What happened, by what is on record.</summary>
    IEnumerable<string> Seen(Lane lane, Facts facts) => [];
}
