using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>The timers of one execution in memory, by the number of the call.</summary>
internal sealed class InstanceTimers(DurableSession session, LoadedInstance instance)
{
    /// <summary>The number of the timer that stands for a delayed start.</summary>
    public const int DelayedStart = 0;

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

        session.Timers.Add(entry);
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
            session.Timers.Remove(entry);
    }

    /// <summary>It is due. While the instance is halted that is only noted.</summary>
    public void Due(int task)
    {
        bool held;
        lock (_armed)
        {
            if (!_armed.ContainsKey(task))
                return;

            held = instance.Orchestration.IsSuspended;
            if (held)
                _held.Add(task);
        }

        if (!held)
            Fire(task);
        else if (!instance.Orchestration.IsSuspended)
            Release();
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
            Due(task);
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
            session.Timers.Remove(entry);
    }

    private void Fire(int task)
    {
        var now = session.Now();
        var write = new JournalWrite();
        if (task == DelayedStart)
        {
            write.Statuses.Add((instance.Row.Execution, OrchestrationRuntimeStatus.Running, now));
            write.OnOutcome(_ => session.Signals.Pulse(instance.Row.InstanceId));
        }

        var record = new JournalRecord(task == DelayedStart ? RecordKind.Started : RecordKind.TimerFired, task, null, null, now);
        if (instance.Post(write, record) != Posting.Taken)
        {
            // The instance has left; whoever takes its place has its own timers.
            return;
        }

        // Armed until here, so that the instance could not leave memory in between.
        lock (_armed)
        {
            _armed.Remove(task);
            _held.Remove(task);
        }
    }
}
