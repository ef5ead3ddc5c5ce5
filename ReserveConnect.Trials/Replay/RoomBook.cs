namespace ReserveConnect.Trials.Replay;

/// <summary>
/// What the guests of the replay have taken, by kind and night, so that it is known beforehand who might race for a last room: never
/// less than is taken, and possibly more.
/// </summary>
internal sealed class RoomBook
{
    private readonly Dictionary<(string Kind, DateOnly Night), int> _taken = [];
    private readonly Dictionary<(string Kind, DateOnly Night), int> _wanted = [];

    /// <summary>What somebody has now that was not theirs before.</summary>
    public void Take(RoomKind kind, IEnumerable<DateOnly> nights) => Add(_taken, kind, nights, 1);

    /// <summary>What is free again.</summary>
    public void Free(RoomKind kind, IEnumerable<DateOnly> nights) => Add(_taken, kind, nights, -1);

    /// <summary>Forgets what was wanted: others want something now.</summary>
    public void Begin() => _wanted.Clear();

    /// <summary>Somebody is about to ask for nights.</summary>
    public void Want(RoomKind kind, IEnumerable<DateOnly> nights) => Add(_wanted, kind, nights, 1);

    /// <summary>Whether everybody who wants one of these nights gets it, in whatever order they ask.</summary>
    public bool SufficesFor(RoomKind kind, IEnumerable<DateOnly> nights) => nights.All(night =>
        _taken.GetValueOrDefault((kind.Code, night)) + _wanted.GetValueOrDefault((kind.Code, night)) <= kind.Rooms);

    private static void Add(Dictionary<(string Kind, DateOnly Night), int> book, RoomKind kind, IEnumerable<DateOnly> nights, int count)
    {
        foreach (var night in nights)
            book[(kind.Code, night)] = book.GetValueOrDefault((kind.Code, night)) + count;
    }
}
