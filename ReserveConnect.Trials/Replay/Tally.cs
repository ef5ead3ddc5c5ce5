namespace ReserveConnect.Trials.Replay;

/// <summary>What happened how often. Safe for many at once.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedDictionary<string, int>> _counts = [];

    /// <summary>Rows that led to nothing on purpose, by why.</summary>
    public const string NoStay = "no stay";

    /// <summary>Bookings that were not taken, by the code of the refusal.</summary>
    public const string NotBooked = "not booked";

    /// <summary>What guests did, in a word.</summary>
    public const string Done = "done";

    /// <summary>Changes that were not made, by the code of the refusal.</summary>
    public const string NotChanged = "not changed";

    /// <summary>What should not happen.</summary>
    public const string Trouble = "trouble";

    public void Count(string what, string which, int times = 1)
    {
        lock (_gate)
        {
            if (!_counts.TryGetValue(what, out var of))
                _counts[what] = of = new(StringComparer.Ordinal);
            of[which] = of.GetValueOrDefault(which) + times;
        }
    }

    public IReadOnlyDictionary<string, int> Of(string what)
    {
        lock (_gate)
            return _counts.TryGetValue(what, out var of) ? new SortedDictionary<string, int>(of, StringComparer.Ordinal) : new(StringComparer.Ordinal);
    }
}
