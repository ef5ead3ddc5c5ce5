namespace Microsoft.Azure.Functions.Worker;

/// <summary>What host and middleware offer to an invocation, one instance per type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    /// <summary>Offers an instance in place of any earlier one of that type.</summary>
    /// <typeparam name="T">The type it is asked for by.</typeparam>
    /// <param name="instance">The instance.</param>
    void Set<T>(T instance);

    /// <summary>The instance of that type, or the type's default.</summary>
    /// <typeparam name="T">The type it was offered as.</typeparam>
    T? Get<T>();
}
