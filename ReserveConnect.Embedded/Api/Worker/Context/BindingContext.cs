namespace Microsoft.Azure.Functions.Worker;

/// <summary>The data a trigger brought with the invocation.</summary>
public abstract class BindingContext
{
    /// <summary>By name: route values of an HTTP trigger, ids of a durable one.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
