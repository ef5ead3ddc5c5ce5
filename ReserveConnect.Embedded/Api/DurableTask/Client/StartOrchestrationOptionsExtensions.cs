namespace Microsoft.DurableTask.Client;

/// <summary>Which existing instances refuse a start with the same id.</summary>
public static class StartOrchestrationOptionsExtensions
{
    /// <summary>Every state that may be named.</summary>
    public static readonly IReadOnlyList<OrchestrationRuntimeStatus> ValidDedupeStatuses =
        Enum.GetValues<OrchestrationRuntimeStatus>();

    /// <summary>The same options with these states as the ones that refuse.</summary>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { DedupeStatuses = [.. dedupeStatuses.Select(status => status.ToString())] };
    }
}
