using Microsoft.DurableTask.Client;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>How an execution ended.</summary>
internal sealed record InstanceEnd(
    long Execution, OrchestrationRuntimeStatus Status, string? Output, string? Failure, DateTime At);

/// <summary>One execution that becomes the next of the same instance.</summary>
internal sealed record Continuation(long Execution, long Next, string? Input, DateTime At);

/// <summary>
/// What must become durable together. Any number of writes share a transaction; one write is never split.
/// </summary>
internal sealed class JournalWrite
{
    private Action<Exception?>? _outcome;

    public List<(long Execution, JournalRecord Record)> Records { get; } = [];

    /// <summary>New instances. A write whose first instance already exists creates nothing and reports a conflict.</summary>
    public List<InstanceRow> Created { get; } = [];

    public List<InstanceEnd> Ended { get; } = [];

    public List<Continuation> Continued { get; } = [];

    public List<(long Execution, bool Parked, DateTime? WakeAt)> Parkings { get; } = [];

    public List<(long Execution, OrchestrationRuntimeStatus Status, DateTime At)> Statuses { get; } = [];

    public List<(long Execution, string? Json, DateTime At)> CustomStatuses { get; } = [];

    /// <summary>Ended executions that a new instance of the same id replaces.</summary>
    public List<long> Removed { get; } = [];

    /// <summary>An instance of the id existed already; decided by the database when it was written.</summary>
    public bool Conflict { get; set; }

    /// <summary>Called once: with null when durable, with the reason when it is not known to be.</summary>
    public void OnOutcome(Action<Exception?> outcome) => _outcome += outcome;

    public void Resolve(Exception? lost) => _outcome?.Invoke(lost);

    /// <summary>A task that ends when this is durable.</summary>
    public Task AsTask()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnOutcome(lost =>
        {
            if (lost is null)
                done.SetResult();
            else
                done.SetException(lost);
        });
        return done.Task;
    }
}
