namespace Microsoft.DurableTask;

/// <summary>One page of a longer list.</summary>
public sealed class Page<T>
    where T : notnull
{
    public Page(IReadOnlyList<T> values, string? continuationToken = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        ContinuationToken = continuationToken;
    }

    /// <summary>What is on this page.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Where the next page begins; null: this is the last.</summary>
    public string? ContinuationToken { get; }
}
