using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Documentation;

/// <summary>The query string that a function reads, for the API's document.</summary>
public abstract class TakesQueryAttribute(Type query) : Attribute
{
    /// <summary>What it is read into.</summary>
    public Type Query { get; } = query;

    /// <summary>Its parameters, as they are read.</summary>
    public abstract IReadOnlyList<QueryParameter> Parameters { get; }
}

/// <summary>Says that a function reads its query string with <see cref="QueryReader.Read{T}"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesQueryAttribute<T>() : TakesQueryAttribute(typeof(T))
    where T : IQuery<T>
{
    /// <inheritdoc/>
    public override IReadOnlyList<QueryParameter> Parameters => QueryReader.ParametersOf<T>();
}
