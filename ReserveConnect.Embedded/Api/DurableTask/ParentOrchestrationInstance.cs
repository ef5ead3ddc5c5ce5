namespace Microsoft.DurableTask;

/// <summary>The orchestration that started this one as a sub-orchestration.</summary>
/// <param name="Name">The parent's orchestrator.</param>
/// <param name="InstanceId">The parent's instance.</param>
public record ParentOrchestrationInstance(TaskName Name, string InstanceId);
