using System.Globalization;

namespace ReserveConnect.Trials.Racing;

/// <summary>Everything that a seed decides, drawn in the order of asking and written down: the same race and seed give the same.</summary>
internal sealed class Chance
{
    private readonly Random _random;
    private readonly List<string> _drawn = [];

    public Chance(string race, int seed) => _random = new Random(Mixed(race, seed));

    /// <summary>What was drawn, in words.</summary>
    public IReadOnlyList<string> Drawn => _drawn;

    /// <summary>One of several; name one twice to make it likelier.</summary>
    public T OneOf<T>(string what, params T[] from) => Note(what, from[_random.Next(from.Length)]);

    /// <summary>Yes in so many of a hundred cases.</summary>
    public bool Often(string what, int percent) => Note(what, _random.Next(100) < percent);

    /// <summary>A number from one to another, both included.</summary>
    public int From(string what, int least, int most) => Note(what, _random.Next(least, most + 1));

    /// <summary>A pause of so many milliseconds at most.</summary>
    public TimeSpan Pause(string what, int most) => TimeSpan.FromMilliseconds(From(what, 0, most));

    private T Note<T>(string what, T value)
    {
        _drawn.Add(string.Create(CultureInfo.InvariantCulture, $"{what}={value}"));
        return value;
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private static int Mixed(string race, int seed)
    {
        var hash = 2166136261u;
        foreach (var letter in race)
            hash = (hash ^ letter) * 16777619u;
        return (int)((hash ^ (uint)seed) * 16777619u);
    }
}
