using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>One parameter of a function's method.</summary>
public class FunctionParameter
{
    /// <summary>A parameter without a default value.</summary>
    /// <param name="name">As in the source.</param>
    /// <param name="type">As declared.</param>
    public FunctionParameter(string name, Type type)
        : this(name, type, ImmutableDictionary<string, object>.Empty)
    {
    }

    /// <summary>A parameter that may have a default value.</summary>
    /// <param name="name">As in the source.</param>
    /// <param name="type">As declared.</param>
    /// <param name="hasDefaultValue">Whether <paramref name="defaultValue"/> counts.</param>
    /// <param name="defaultValue">What the parameter is where nothing is bound.</param>
    public FunctionParameter(string name, Type type, bool hasDefaultValue, object? defaultValue)
        : this(name, type, hasDefaultValue, defaultValue, ImmutableDictionary<string, object>.Empty)
    {
    }

    /// <summary>A parameter without a default value, with properties of its bindings.</summary>
    /// <param name="name">As in the source.</param>
    /// <param name="type">As declared.</param>
    /// <param name="properties">What its binding attributes add.</param>
    public FunctionParameter(string name, Type type, IReadOnlyDictionary<string, object> properties)
        : this(name, type, false, null, properties)
    {
    }

    /// <summary>A parameter that may have a default value, with properties of its bindings.</summary>
    /// <param name="name">As in the source.</param>
    /// <param name="type">As declared.</param>
    /// <param name="hasDefaultValue">Whether <paramref name="defaultValue"/> counts.</param>
    /// <param name="defaultValue">What the parameter is where nothing is bound.</param>
    /// <param name="properties">What its binding attributes add.</param>
    /// <exception cref="ArgumentNullException">Name, type or properties are null.</exception>
    public FunctionParameter(string name, Type type, bool hasDefaultValue, object? defaultValue, IReadOnlyDictionary<string, object> properties)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(properties);
        Name = name;
        Type = type;
        HasDefaultValue = hasDefaultValue;
        DefaultValue = defaultValue;
        IsReferenceOrNullableType = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        Properties = properties;
    }

    /// <summary>The name, as in the source.</summary>
    public string Name { get; }

    /// <summary>The declared type.</summary>
    public Type Type { get; }

    /// <summary>Whether the source gives a default value.</summary>
    public bool HasDefaultValue { get; }

    /// <summary>Whether null can be passed.</summary>
    public bool IsReferenceOrNullableType { get; }

    /// <summary>The default value, if there is one.</summary>
    public object? DefaultValue { get; }

    /// <summary>What the binding attributes add.</summary>
    public IReadOnlyDictionary<string, object> Properties { get; }
}
