namespace Microsoft.DurableTask.Client;

/// <summary>Which instances to list, and how.</summary>
/// <param name="CreatedFrom">Accepted at or after this instant.</param>
/// <param name="CreatedTo">Accepted at or before this instant.</param>
/// <param name="Statuses">In one of these states.</param>
/// <param name="TaskHubNames">Ignored: this host has one task hub.</param>
/// <param name="InstanceIdPrefix">With an id that begins so.</param>
/// <param name="PageSize">Instances a page.</param>
/// <param name="FetchInputsAndOutputs">Whether to read input, output and custom status.</param>
/// <param name="ContinuationToken">Where to go on from.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>Instances a page unless told.</summary>
    public const int DefaultPageSize = 100;
}
