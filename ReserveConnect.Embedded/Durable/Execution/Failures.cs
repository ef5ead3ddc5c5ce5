using System.Text.Json;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Failure details as the journal keeps them.</summary>
internal static class Failures
{
    /// <summary>What a call of a name fails with that nothing was registered for; no retry helps.</summary>
    private const string ActivityNotFound = "ActivityTaskNotFound";

    private const string OrchestratorNotFound = "OrchestratorTaskNotFound";

    public static string Write(TaskFailureDetails failure) => JsonSerializer.Serialize(failure);

    public static string Write(Exception exception) => Write(TaskFailureDetails.FromException(exception));

    public static TaskFailureDetails Read(string? json) =>
        json is not null && JsonSerializer.Deserialize<TaskFailureDetails>(json) is { } failure
            ? failure
            : new("Unknown", "the journal has no details of this failure", null, null, null);

    public static TaskFailureDetails UnknownActivity(string name) =>
        new(ActivityNotFound, $"no activity is registered as '{name}'", null, null, null);

    public static TaskFailureDetails UnknownOrchestrator(string name) =>
        new(OrchestratorNotFound, $"no orchestrator is registered as '{name}'", null, null, null);

    public static TaskFailureDetails NonDeterministic(string what) => TaskFailureDetails.FromException(
        new NonDeterministicOrchestrationException($"non-deterministic orchestration: {what}"));

    public static TaskFailureDetails JournalTooLong(int limit) => TaskFailureDetails.FromException(
        new OrchestrationException($"the journal has more than {limit} records; an orchestration this long continues as new"));

    public static TaskFailureDetails Terminated(string instanceId) => TaskFailureDetails.FromException(
        new OrchestrationException($"sub-orchestration {instanceId} was terminated"));

    public static bool IsFinal(TaskFailureDetails failure) => failure.ErrorType is ActivityNotFound or OrchestratorNotFound;
}
