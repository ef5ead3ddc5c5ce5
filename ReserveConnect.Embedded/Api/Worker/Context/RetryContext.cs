namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which attempt of an invocation this is.</summary>
public abstract class RetryContext
{
    /// <summary>0 for the first attempt.</summary>
    public abstract int RetryCount { get; }

    /// <summary>How many retries there may be; -1 for no bound.</summary>
    public abstract int MaxRetryCount { get; }
}
