namespace ReserveConnect.Trials.Replay;

/// <summary>Who does what on which day.</summary>
internal sealed class Agenda
{
    private readonly SortedDictionary<DateOnly, List<(Guest Guest, Step Step)>> _days = [];

    /// <summary>The first day on which there is something to do; null: nobody has anything left to do.</summary>
    public DateOnly? Next => _days.Count == 0 ? null : _days.First().Key;

    public void Add(DateOnly day, Guest guest, Step step) => Entries(day).Add((guest, step));

    /// <summary>Something falls due on that day by itself.</summary>
    public void AddTimers(DateOnly day) => Entries(day);

    /// <summary>What is to be done on a day.</summary>
    public IReadOnlyList<(Guest Guest, Step Step)> Of(DateOnly day) => _days.GetValueOrDefault(day) ?? [];

    /// <summary>Takes what is to be done on a day: of each guest in the order in which it was entered, the guests in theirs.</summary>
    public IReadOnlyList<(Guest Guest, Step Step)> Take(DateOnly day) =>
        _days.Remove(day, out var entries) ? [.. entries.OrderBy(entry => entry.Guest.Plan.Order).ThenBy(entry => entry.Guest.Plan.Real.Row)] : [];

    private List<(Guest Guest, Step Step)> Entries(DateOnly day)
    {
        if (!_days.TryGetValue(day, out var entries))
            _days[day] = entries = [];
        return entries;
    }
}
