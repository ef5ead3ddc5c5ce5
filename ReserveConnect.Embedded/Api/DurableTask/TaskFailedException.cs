namespace Microsoft.DurableTask;

/// <summary>An activity or sub-orchestration failed; thrown where the orchestrator awaits it.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : base(Text(taskName, taskId, innerException?.Message), innerException)
    {
        ArgumentNullException.ThrowIfNull(innerException);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = TaskFailureDetails.FromException(innerException);
    }

    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base(Text(taskName, taskId, failureDetails?.ErrorMessage))
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    /// <summary>Which activity or orchestrator.</summary>
    public string TaskName { get; }

    /// <summary>The call's number within the orchestration.</summary>
    public int TaskId { get; }

    /// <summary>Why.</summary>
    public TaskFailureDetails FailureDetails { get; }

    private static string Text(string taskName, int taskId, string? why) =>
        $"Task '{taskName}' (#{taskId}) failed with an unhandled exception" + (why is null ? "." : $": {why}");
}
