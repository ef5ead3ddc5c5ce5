namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>A timer of an execution in memory.</summary>
internal sealed record TimerEntry(DateTime DueAt, LoadedInstance Instance, int Task);

/// <summary>
/// All timers of the executions in memory and the instant at which the next parked one is to be woken, behind one timer of
/// the host's clock. Timers further away than that clock can count are looked at again when it rings.
/// </summary>
internal sealed class TimerWheel : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _wakeAhead;
    private readonly Action _wakeParked;
    private readonly SortedSet<TimerEntry> _entries = new(Comparer<TimerEntry>.Create(Compare));
    private readonly ITimer _clock;
    private DateTime _rings = DateTime.MaxValue;
    private DateTime? _parkedWakeAt;
    private bool _stopped;

    /// <param name="time">The host's clock.</param>
    /// <param name="wakeAhead">How much earlier than they are due parked instances are woken.</param>
    /// <param name="wakeParked">Wakes the parked instances that are due.</param>
    public TimerWheel(TimeProvider time, TimeSpan wakeAhead, Action wakeParked)
    {
        _time = time;
        _wakeAhead = wakeAhead;
        _wakeParked = wakeParked;
        _clock = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>When the next one is due; null: there is none.</summary>
    public DateTime? Next
    {
        get
        {
            lock (_entries)
            {
                return _entries.Min?.DueAt is { } due && !(_parkedWakeAt < due) ? due : _parkedWakeAt;
            }
        }
    }

    public void Add(TimerEntry entry)
    {
        lock (_entries)
        {
            _entries.Add(entry);
            Set(entry.DueAt);
        }
    }

    public void Remove(TimerEntry entry)
    {
        lock (_entries)
        {
            _entries.Remove(entry);
        }
    }

    /// <summary>A parked instance waits until then.</summary>
    public void WakeParkedAt(DateTime? wakeAt)
    {
        if (wakeAt is not { } at)
            return;

        lock (_entries)
        {
            if (_parkedWakeAt <= at)
                return;

            _parkedWakeAt = at;
            Set(at - _wakeAhead);
        }
    }

    public void Dispose()
    {
        lock (_entries)
        {
            _stopped = true;
        }

        _clock.Dispose();
    }

    private static int Compare(TimerEntry a, TimerEntry b)
    {
        var byInstant = a.DueAt.CompareTo(b.DueAt);
        if (byInstant != 0)
            return byInstant;

        var byExecution = a.Instance.Row.Execution.CompareTo(b.Instance.Row.Execution);
        return byExecution != 0 ? byExecution : a.Task.CompareTo(b.Task);
    }

    private void Ring()
    {
        var due = new List<TimerEntry>();
        var wakeParked = false;
        lock (_entries)
        {
            if (_stopped)
                return;

            var now = Now;
            _rings = DateTime.MaxValue;
            while (_entries.Min is { } first && first.DueAt <= now)
            {
                _entries.Remove(first);
                due.Add(first);
            }

            if (_parkedWakeAt - _wakeAhead <= now)
            {
                wakeParked = true;
                _parkedWakeAt = null;
            }

            if (_entries.Min is { } next)
                Set(next.DueAt);

            if (_parkedWakeAt is { } parked)
                Set(parked - _wakeAhead);
        }

        if (wakeParked)
            _wakeParked();

        foreach (var entry in due)
            entry.Instance.Timers.Due(entry.Task);
    }

    private void Set(DateTime at)
    {
        if (_stopped || at >= _rings)
            return;

        _rings = at;
        var wait = at - Now;
        _clock.Change(wait < Shortest ? Shortest : wait > Longest ? Longest : wait, Timeout.InfiniteTimeSpan);
    }
}
