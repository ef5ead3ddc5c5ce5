namespace Microsoft.Azure.Functions.Worker;

/// <summary>What an invocation returns; middleware may read it after the function and replace it.</summary>
public abstract class InvocationResult : InvocationResult<object>
{
}

/// <summary>What an invocation returns, as <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type the function returns.</typeparam>
public abstract class InvocationResult<T>
{
    /// <summary>The value; null before the function has run, or where it returns none.</summary>
    public abstract T? Value { get; set; }
}
