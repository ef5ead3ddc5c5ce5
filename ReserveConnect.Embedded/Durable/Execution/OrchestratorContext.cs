using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>What the orchestrator's code sees: every call becomes an action, compared with the journal while it is replayed.</summary>
internal sealed class OrchestratorContext(
    InstanceRow row, Turn turn, ActionLog actions, DataConverter converter, ILoggerFactory loggers, int maxPayload)
    : TaskOrchestrationContext
{
    private const int MaxCustomStatusLength = 8 * 1024;

    private readonly Dictionary<int, PendingTask> _pending = [];
    private DateTime _now = row.StartedAt;
    private int _guids;

    public override TaskName Name => row.Name;

    public override string InstanceId => row.InstanceId;

    public override ParentOrchestrationInstance? Parent { get; } =
        row.Parent is { } parent ? new(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => actions.IsReplaying;

    /// <summary>Events received and waited for.</summary>
    public EventBuffer Events { get; } = new(converter);

    /// <summary>Calls that have no outcome yet, by number.</summary>
    public IReadOnlyDictionary<int, PendingTask> Pending => _pending;

    /// <summary>Timers that the code no longer wants, since this list was last emptied.</summary>
    public List<int> CancelledTimers { get; } = [];

    /// <summary>The custom status as JSON, if <see cref="HasCustomStatus"/>.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>Whether the code has set a custom status (null is one).</summary>
    public bool HasCustomStatus { get; private set; }

    /// <summary>What the orchestrator asked for with continue-as-new; null: nothing.</summary>
    public (string? Input, bool PreserveEvents)? Next { get; private set; }

    protected override ILoggerFactory LoggerFactory => loggers;

    /// <summary>The orchestration's clock moves with what happens to it, and never back.</summary>
    public void MoveClock(DateTime at)
    {
        if (at > _now)
            _now = at;
    }

    /// <summary>Gives the outcome of a call to the code that made it.</summary>
    public void Settle(in JournalRecord record)
    {
        if (_pending.Remove(record.Task, out var task))
        {
            if (task.Kind == RecordKind.TimerCreated != (record.Kind == RecordKind.TimerFired))
                actions.Contradicted($"the journal has {record.Kind} for #{record.Task}, which is now {task.Kind}");
            else
                task.Settle(record, converter);
        }
        else if (record.Task > actions.Last)
        {
            // Known and settled is fine: a timer that fired while it was being cancelled.
            actions.Contradicted($"the journal has {record.Kind} for #{record.Task}, which the code has not called");
        }
    }

    public override T? GetInput<T>()
        where T : default => converter.Deserialize<T>(row.Input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        Check(name, input, options);
        var json = Serialize(input);
        return RetryLoop.RunAsync(this, options?.Retry, () => Call<TResult>(RecordKind.ActivityCalled, name, json, null));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        Check(orchestratorName, input, options);
        var json = Serialize(input);
        var given = (options as SubOrchestrationOptions)?.InstanceId;
        return RetryLoop.RunAsync(
            this,
            options?.Retry,
            () => Call<TResult>(RecordKind.ChildStarted, orchestratorName, json, given));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        MustBeInTurn();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        var id = actions.Begin(RecordKind.TimerCreated, "");
        var timer = new PendingTask<object?>(RecordKind.TimerCreated, "", null) { DueAt = fireAt.ToUniversalTime() };
        _pending.Add(id, timer);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.UnsafeRegister(_ =>
            {
                if (!_pending.Remove(id))
                    return;

                CancelledTimers.Add(id);
                timer.Cancel(cancellationToken);
            }, null);
        }

        return timer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        MustBeInTurn();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return Events.WaitFor<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        MustBeInTurn();
        Names.Check(instanceId, nameof(instanceId));
        Names.Check(eventName, nameof(eventName));
        var json = Serialize(payload);
        actions.Begin(RecordKind.EventSent, eventName, instanceId, json);
    }

    public override void SetCustomStatus(object? customStatus)
    {
        MustBeInTurn();
        var json = converter.Serialize(customStatus);
        if (json?.Length > MaxCustomStatusLength)
            throw new ArgumentException($"a custom status may have {MaxCustomStatusLength} characters of JSON; this has {json.Length}", nameof(customStatus));

        CustomStatus = json;
        HasCustomStatus = true;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        MustBeInTurn();
        Next = (Serialize(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        MustBeInTurn();
        return DeterministicGuid.From(row.InstanceId, row.Execution, row.StartedAt, _guids++);
    }

    public string? Serialize(object? value)
    {
        var json = converter.Serialize(value);
        return json is null || json.Length <= maxPayload
            ? json
            : throw new ArgumentException($"a payload may have {maxPayload} characters of JSON; this has {json.Length}");
    }

    private Task<T> Call<T>(RecordKind kind, TaskName name, string? input, string? instanceId)
    {
        MustBeInTurn();
        if (kind == RecordKind.ChildStarted && instanceId is null)
        {
            // Retries of one call are different children.
            var fresh = NewGuid().ToString("N");
            return Await<T>(actions.Begin(kind, name, fresh, input, freshTarget: true), kind, name, input);
        }

        return Await<T>(actions.Begin(kind, name, instanceId, input), kind, name, input);
    }

    private Task<T> Await<T>(int id, RecordKind kind, string name, string? input)
    {
        var pending = new PendingTask<T>(kind, name, input);
        _pending.Add(id, pending);
        return pending.Task;
    }

    private void Check(TaskName name, object? input, TaskOptions? options)
    {
        MustBeInTurn();
        Names.Check(name.Name, nameof(name));
        if (input is TaskOptions && options is null)
            throw new ArgumentException("task options were given as the input; give them as the options", nameof(input));
    }

    private void MustBeInTurn()
    {
        if (!turn.IsCurrent)
        {
            throw new InvalidOperationException(
                "an orchestrator used its context from another thread: it may await only what its context gives it");
        }
    }
}
