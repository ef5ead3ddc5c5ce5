using Microsoft.DurableTask.Client;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>The call in another orchestration that an instance answers to.</summary>
/// <param name="Execution">The parent's execution; the answer is for this one only.</param>
/// <param name="InstanceId">The parent's id.</param>
/// <param name="Name">The parent's orchestrator.</param>
/// <param name="Task">The number of the call.</param>
internal sealed record ParentCall(long Execution, string InstanceId, string Name, int Task);

/// <summary>An instance as its row has it.</summary>
internal sealed record InstanceRow
{
    /// <summary>One run from input to end; continue-as-new and a replacing start make a new one.</summary>
    public required long Execution { get; init; }

    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    public required OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>When the instance was accepted.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When this execution was: the orchestration's clock begins here.</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>Not before; null: at once.</summary>
    public DateTime? StartAt { get; init; }

    public string? Input { get; init; }

    public string? CustomStatus { get; init; }

    public string? Tags { get; init; }

    public ParentCall? Parent { get; init; }

    /// <summary>Whether it may stay out of memory until <see cref="WakeAt"/> or until somebody addresses it.</summary>
    public bool Parked { get; init; }

    public DateTime? WakeAt { get; init; }

    public static bool IsFinal(OrchestrationRuntimeStatus status) => status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;
}
