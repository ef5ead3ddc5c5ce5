namespace ReserveConnect.Functions.Limiting;

/// <summary>Says which allowance the requests of a function are taken from, on its method or its class; without it <see cref="LimitClass.General"/>.</summary>
/// <param name="limit">The class.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class LimitAttribute(LimitClass limit) : Attribute
{
    /// <summary>The class.</summary>
    public LimitClass Limit { get; } = limit;
}
