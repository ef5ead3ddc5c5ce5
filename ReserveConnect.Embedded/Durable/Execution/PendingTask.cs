using Microsoft.DurableTask;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>A call of the orchestrator that waits for its outcome.</summary>
internal abstract class PendingTask(RecordKind kind, string name, string? input)
{
    /// <summary>What was called: an activity, a child or a timer.</summary>
    public RecordKind Kind { get; } = kind;

    public string Name { get; } = name;

    public string? Input { get; } = input;

    /// <summary>When a timer is due.</summary>
    public DateTime DueAt { get; init; }

    /// <summary>Gives the orchestrator the outcome.</summary>
    public abstract void Settle(in JournalRecord record, DataConverter converter);
}

/// <summary>As <see cref="PendingTask"/>, with the type that the orchestrator expects.</summary>
internal sealed class PendingTask<T>(RecordKind kind, string name, string? input) : PendingTask(kind, name, input)
{
    // Continuations run inline: they belong to the turn that settles the task.
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public void Cancel(CancellationToken cancellation) => _source.TrySetCanceled(cancellation);

    public override void Settle(in JournalRecord record, DataConverter converter)
    {
        if (record.Kind == RecordKind.TaskFailed)
        {
            _source.TrySetException(new TaskFailedException(Name, record.Task, Failures.Read(record.Payload)));
            return;
        }

        T? result;
        try
        {
            result = converter.Deserialize<T>(record.Payload);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or NotSupportedException)
        {
            _source.TrySetException(new TaskFailedException(Name, record.Task, exception));
            return;
        }

        _source.TrySetResult(result!);
    }
}
