namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>
/// A room type with its nights. Whoever reads or changes the nights holds <see cref="Gate"/>; who needs two rooms takes
/// the one with the lower <see cref="Index"/> first.
/// </summary>
internal sealed class Room(int index, string city, RoomType type, DateOnly first, Night[] nights)
{
    private Night[] _nights = nights;

    /// <summary>Guards everything here.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Place in the order of locks.</summary>
    public int Index => index;

    /// <summary>City code.</summary>
    public string City => city;

    /// <summary>What is told of it.</summary>
    public RoomType Type { get; set; } = type;

    /// <summary>Version of the last change of any of its nights.</summary>
    public long NightsVersion { get; set; } = 1;

    /// <summary>The first night kept.</summary>
    public DateOnly First => first;

    /// <summary>The day after the last night kept.</summary>
    public DateOnly End => first.AddDays(_nights.Length);

    /// <summary>Whether there is such a night.</summary>
    public bool Has(DateOnly date) => date >= first && date < End;

    /// <summary>The night, to be read or changed in place.</summary>
    public ref Night this[DateOnly date] => ref _nights[date.DayNumber - first.DayNumber];

    /// <summary>The nights from <paramref name="from"/> to <paramref name="to"/> that are kept.</summary>
    public ReadOnlySpan<Night> Span(DateOnly from, DateOnly to, out DateOnly start)
    {
        start = from < first ? first : from;
        var end = to > End ? End : to;
        return end <= start ? [] : _nights.AsSpan(start.DayNumber - first.DayNumber, end.DayNumber - start.DayNumber);
    }

    /// <summary>Makes the calendar reach <paramref name="end"/>; new nights are the ones 52 weeks before, with nothing sold.</summary>
    public void ExtendTo(DateOnly end, long version)
    {
        var old = _nights.Length;
        if (end <= End)
            return;
        var longer = new Night[end.DayNumber - first.DayNumber];
        _nights.CopyTo(longer, 0);
        for (var i = old; i < longer.Length; i++)
        {
            longer[i] = longer[Math.Max(0, i - 364)];
            longer[i].Sold = 0;
            longer[i].Version = version;
        }

        _nights = longer;
        NightsVersion = version;
    }
}
