namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>The timers of one execution in memory, by the number of the call.</summary>
internal sealed class InstanceTimers(TimerWheel wheel, LoadedInstance instance)
{
    private readonly Dictionary<int, TimerEntry> _armed = [];
    private readonly HashSet<int> _held = [];

    /// <summary>When the next one is due; null: none is.</summary>
    public DateTime? Next()
    {
        lock (_armed)
        {
            return _armed.Count == 0 ? null : _armed.Values.Min(entry => entry.DueAt);
        }
    }

    public void Add(int task, DateTime dueAt)
    {
        var entry = new TimerEntry(dueAt, instance, task);
        lock (_armed)
        {
            _armed[task] = entry;
        }

        wheel.Add(entry);
    }

    /// <summary>The code no longer wants it.</summary>
    public void Cancel(int task)
    {
        TimerEntry? entry;
        lock (_armed)
        {
            _held.Remove(task);
            _armed.Remove(task, out entry);
        }

        if (entry is not null)
            wheel.Remove(entry);
    }

    /// <summary>Whether the code still waits for it, as far as is known here.</summary>
    public bool IsArmed(int task)
    {
        lock (_armed)
        {
            return _armed.ContainsKey(task);
        }
    }

    /// <summary>That it fired is on its way to the journal.</summary>
    public void Fired(int task)
    {
        lock (_armed)
        {
            _armed.Remove(task);
        }
    }

    /// <summary>It is due, and the instance is halted.</summary>
    public void Hold(int task)
    {
        lock (_armed)
        {
            _held.Add(task);
        }
    }

    /// <summary>The instance goes on: what was due meanwhile is due now.</summary>
    public void Release()
    {
        int[] held;
        lock (_armed)
        {
            held = [.. _held.Order()];
            _held.Clear();
        }

        foreach (var task in held)
            instance.TimerDue(task);
    }

    public void Clear()
    {
        TimerEntry[] entries;
        lock (_armed)
        {
            entries = [.. _armed.Values];
            _armed.Clear();
        }

        foreach (var entry in entries)
            wheel.Remove(entry);
    }
}
