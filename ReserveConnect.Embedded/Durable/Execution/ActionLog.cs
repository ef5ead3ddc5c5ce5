using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Something the orchestrator's code did for the first time.</summary>
/// <param name="Task">Its number within the orchestration.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Name">Activity, orchestrator or event.</param>
/// <param name="Target">The child's id or the receiver's id.</param>
/// <param name="Payload">Input or event as JSON.</param>
/// <param name="FreshTarget">Whether the child's id was made for it, so that no other instance can have it.</param>
internal sealed record NewAction(int Task, RecordKind Kind, string Name, string? Target, string? Payload, bool FreshTarget);

/// <summary>
/// Numbers what the code does and compares it with what the journal says it did. What the journal does not know yet is new:
/// either it never happened, or it did and was lost with the process, and the same code does the same again.
/// </summary>
internal sealed class ActionLog
{
    private readonly Dictionary<int, JournalRecord> _recorded = [];
    private List<NewAction> _new = [];

    /// <summary>Number of the latest action.</summary>
    public int Last { get; private set; }

    /// <summary>Whether the code is being run again over what is recorded.</summary>
    public bool IsReplaying { get; private set; }

    /// <summary>Where the code and the journal differ; null: nowhere so far.</summary>
    public string? Contradiction { get; private set; }

    public void BeginReplay(IEnumerable<JournalRecord> recorded)
    {
        IsReplaying = true;
        foreach (var record in recorded)
            _recorded[record.Task] = record;
    }

    public void EndReplay()
    {
        IsReplaying = false;
        foreach (var missed in _recorded.Values)
        {
            if (missed.Task > Last)
                Contradicted($"the journal has {missed.Kind} '{missed.Name}' as #{missed.Task}, the code stops at #{Last}");
        }

        _recorded.Clear();
    }

    /// <summary>The code does something; gives its number.</summary>
    public int Begin(RecordKind kind, string name, string? target = null, string? payload = null, bool freshTarget = false)
    {
        var task = ++Last;
        if (_recorded.TryGetValue(task, out var recorded))
        {
            if (recorded.Kind != kind || !string.Equals(recorded.Name ?? "", name, StringComparison.OrdinalIgnoreCase))
                Contradicted($"the journal has {recorded.Kind} '{recorded.Name}' as #{task}, the code now has {kind} '{name}'");
        }
        else
        {
            // Here the code goes where it has not been, as far as anybody remembers.
            IsReplaying = false;
            _new.Add(new(task, kind, name, target, payload, freshTarget));
        }

        return task;
    }

    /// <summary>The first contradiction counts; the instance fails with it at the end of the turn.</summary>
    public void Contradicted(string what) => Contradiction ??= what;

    public List<NewAction> TakeNew()
    {
        var taken = _new;
        if (taken.Count > 0)
            _new = [];

        return taken;
    }
}
