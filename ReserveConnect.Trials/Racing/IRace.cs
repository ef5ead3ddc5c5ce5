namespace ReserveConnect.Trials.Racing;

/// <summary>A race that bookings and money run: a file each, and a line in <see cref="RaceList"/>.</summary>
internal interface IRace
{
    /// <summary>What <c>--race</c> calls it.</summary>
    string Name { get; }

    /// <summary>What it is about, in a sentence.</summary>
    string Story { get; }

    /// <summary>Runs it once. First everything is drawn from <see cref="Lane.Chance"/>, then it begins.</summary>
    Task RunAsync(Lane lane);

    /// <summary>What is wrong with how it ended, beyond what holds for every race; null: nothing.</summary>
    /// <param name="lane">With what happened in it.</param>
    /// <param name="ends">How its intents ended, in the order in which they were made.</param>
    string? Wrong(Lane lane, IReadOnlyList<string> ends);
}
