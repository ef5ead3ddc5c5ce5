using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>How an execution ended, or with what input it goes on as a new one.</summary>
internal sealed record Outcome(OrchestrationRuntimeStatus Status, string? Output, TaskFailureDetails? Failure)
{
    /// <summary>Set for continue-as-new: the next input, and whether unprocessed events go along.</summary>
    public (string? Input, bool PreserveEvents)? Next { get; init; }

    public static Outcome Failed(TaskFailureDetails failure) => new(OrchestrationRuntimeStatus.Failed, null, failure);
}

/// <summary>
/// One execution of an orchestrator's code, driven record by record. Nothing here reads a clock, a database or another
/// thread: the same records give the same actions, which is all that replay is.
/// </summary>
internal sealed class Orchestration
{
    private readonly InstanceRow _row;
    private readonly OrchestratorHandler? _handler;
    private readonly ActionLog _actions = new();
    private readonly Queue<JournalRecord> _held = [];
    private readonly Turn _turn;
    private Task<object?>? _code;
    private volatile bool _strayed;
    private volatile bool _suspended;

    /// <param name="row">The instance.</param>
    /// <param name="handler">Its code; null: none is registered, and it fails when it starts.</param>
    /// <param name="converter">Reads and writes payloads.</param>
    /// <param name="loggers">Where the code's loggers come from.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="strayed">Called, from any thread, when the code has awaited something that is not durable.</param>
    public Orchestration(
        InstanceRow row,
        OrchestratorHandler? handler,
        DataConverter converter,
        ILoggerFactory loggers,
        DurableOptions options,
        Action strayed)
    {
        _row = row;
        _handler = handler;
        _turn = new(() =>
        {
            _strayed = true;
            strayed();
        });
        Context = new(row, _turn, _actions, converter, loggers, options.MaxPayloadLength);
    }

    public OrchestratorContext Context { get; }

    /// <summary>Set once, when the code has ended or must not go on.</summary>
    public Outcome? Outcome { get; private set; }

    /// <summary>Whether it is halted; what happens meanwhile is held until it is resumed.</summary>
    public bool IsSuspended => _suspended;

    public bool HasStarted => _code is not null;

    /// <summary>Events received and not consumed.</summary>
    public int BufferedEvents => Context.Events.Unprocessed.Count + _held.Count;

    /// <summary>Starts the code, unless it is to start later, and feeds it the journal.</summary>
    public void Replay(IReadOnlyList<JournalRecord> journal)
    {
        _actions.BeginReplay(journal.Where(record => record.IsAction));
        if (_row.StartAt is null)
            Start();

        foreach (var record in journal)
        {
            if (!record.IsAction)
                Apply(record);
        }

        _actions.EndReplay();
        Conclude();
    }

    /// <summary>Starts the code of a new execution and lets it see the events that it was given along.</summary>
    public void Begin(IReadOnlyList<JournalRecord> events)
    {
        if (_row.StartAt is null)
            Start();

        foreach (var record in events)
            Apply(record);
    }

    /// <summary>Lets something happen. Only what is durable may.</summary>
    public void Apply(in JournalRecord record)
    {
        switch (record.Kind)
        {
            case RecordKind.Suspended:
                _suspended = true;
                break;
            case RecordKind.Resumed:
                _suspended = false;
                while (!_suspended && _held.TryDequeue(out var held))
                    Deliver(held with { At = record.At });

                break;
            default:
                if (_suspended)
                    _held.Enqueue(record);
                else
                    Deliver(record);

                break;
        }
    }

    /// <summary>What the code did that is in no journal yet; nothing if it must not go on.</summary>
    public IReadOnlyList<NewAction> TakeActions()
    {
        var taken = _actions.TakeNew();
        return _actions.Contradiction is null && !_strayed ? taken : [];
    }

    /// <summary>Fails it for a reason of the engine's.</summary>
    public void Fail(TaskFailureDetails failure) => Outcome ??= Outcome.Failed(failure);

    /// <summary>Looks whether the code has strayed since its last turn.</summary>
    public void LookForStraying()
    {
        if (_strayed)
            Conclude();
    }

    /// <summary>Events that a continue-as-new may take along.</summary>
    public IEnumerable<(string Name, string? Payload)> UnprocessedEvents() =>
        Context.Events.Unprocessed.Concat(_held
            .Where(record => record.Kind == RecordKind.EventReceived)
            .Select(record => (record.Name!, record.Payload)));

    private void Deliver(JournalRecord record)
    {
        Context.MoveClock(record.At);
        switch (record.Kind)
        {
            case RecordKind.Started:
                Start();
                break;
            case RecordKind.EventReceived:
                _turn.Run(() => Context.Events.Receive(record.Name!, record.Payload));
                break;
            case RecordKind.TaskCompleted or RecordKind.TaskFailed or RecordKind.TimerFired:
                _turn.Run(() => Context.Settle(record));
                break;
            default:
                _actions.Contradicted($"the journal has a record of unknown kind {(short)record.Kind}");
                break;
        }

        Conclude();
    }

    private void Start()
    {
        if (_code is not null)
            return;

        if (_handler is null)
        {
            Fail(Failures.UnknownOrchestrator(_row.Name));
            return;
        }

        _turn.Run(() => _code = RunCodeAsync(_handler, Context));
        Conclude();
    }

    /// <summary>So that a handler that throws before its first await fails like any other.</summary>
    private static async Task<object?> RunCodeAsync(OrchestratorHandler handler, TaskOrchestrationContext context) =>
        await handler(context);

    private void Conclude()
    {
        if (Outcome is not null)
            return;

        if (_actions.Contradiction is { } contradiction)
            Fail(Failures.NonDeterministic(contradiction));
        else if (_strayed)
            Fail(Failures.NonDeterministic("the code awaited something that its context did not give it"));
        else if (_code is { IsCompleted: true })
            Outcome = Ended(_code);
    }

    private Outcome Ended(Task<object?> code)
    {
        try
        {
            // It has ended: this does not wait, it gives the output or throws what the code threw.
            var output = code.GetAwaiter().GetResult();
            return Context.Next is { } next
                ? new(OrchestrationRuntimeStatus.Running, null, null) { Next = next }
                : new(OrchestrationRuntimeStatus.Completed, Context.Serialize(output), null);
        }
        catch (Exception exception)
        {
            // Whatever the orchestrator throws is its failure, not the engine's.
            return Outcome.Failed(TaskFailureDetails.FromException(exception));
        }
    }
}
