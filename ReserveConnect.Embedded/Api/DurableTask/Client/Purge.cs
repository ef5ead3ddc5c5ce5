namespace Microsoft.DurableTask.Client;

/// <summary>How a purge treats children.</summary>
/// <param name="Recursive">Whether the sub-orchestrations go too.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>Which ended instances to purge.</summary>
/// <param name="CreatedFrom">Accepted at or after this instant.</param>
/// <param name="CreatedTo">Accepted at or before this instant.</param>
/// <param name="Statuses">In one of these states; those that are not final are never purged.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null);

/// <summary>What a purge did.</summary>
public class PurgeResult
{
    public PurgeResult(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
    }

    public PurgeResult(int count, bool? isComplete)
        : this(count) => IsComplete = isComplete;

    /// <summary>How many instances were removed.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether all that matched were removed; null: not known.</summary>
    public bool? IsComplete { get; }
}
