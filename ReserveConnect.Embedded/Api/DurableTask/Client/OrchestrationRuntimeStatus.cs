namespace Microsoft.DurableTask.Client;

/// <summary>Where an orchestration stands. Values as in the official package.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>Has started and not ended.</summary>
    Running = 0,

    /// <summary>Ended with an output.</summary>
    Completed = 1,

    /// <summary>Ended with an unhandled exception.</summary>
    Failed = 3,

    /// <summary>Was ended from outside.</summary>
    Terminated = 5,

    /// <summary>Was accepted and has not started.</summary>
    Pending = 6,

    /// <summary>Is halted until resumed.</summary>
    Suspended = 7,
}
