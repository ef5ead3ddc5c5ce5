using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Runs a function's method with its parameters bound, and gives what it returned.</summary>
internal delegate Task<object?> FunctionCall(Invocation invocation);

/// <summary>A function that was found, checked and compiled.</summary>
internal sealed class LoadedFunction(string name, MethodInfo method, TriggerBindingAttribute trigger, FunctionCall call) : FunctionDefinition
{
    /// <summary>The method that has the attribute.</summary>
    public MethodInfo Method { get; } = method;

    /// <summary>What starts the function.</summary>
    public TriggerBindingAttribute Trigger { get; } = trigger;

    /// <summary>Runs the method.</summary>
    public FunctionCall Call { get; } = call;

    public override string Name { get; } = name;

    /// <summary>The name in lower case: names that differ only in case are refused.</summary>
    public override string Id { get; } = name.ToLowerInvariant();

    public override string PathToAssembly { get; } = method.Module.Assembly.Location;

    public override string EntryPoint { get; } = $"{method.DeclaringType!.FullName}.{method.Name}";

    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. method.GetParameters().Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = method.GetParameters()
        .Select(p => (p.Name, Attribute: p.GetCustomAttribute<BindingAttribute>()))
        .Where(p => p.Attribute is not null)
        .ToImmutableDictionary(p => p.Name!, BindingMetadata (p) => new LoadedBinding(p.Name!, TypeOf(p.Attribute!), BindingDirection.In));

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = trigger is HttpTriggerAttribute
        ? ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new LoadedBinding("$return", "http", BindingDirection.Out))
        : ImmutableDictionary<string, BindingMetadata>.Empty;

    /// <summary>The one parameter that has the trigger attribute.</summary>
    public ParameterInfo TriggerParameter => Method.GetParameters().Single(p => p.IsDefined(typeof(TriggerBindingAttribute), true));

    // The official metadata writes HttpTriggerAttribute as httpTrigger; middleware compares with that.
    private static string TypeOf(BindingAttribute attribute)
    {
        var type = attribute.GetType().Name;
        if (type.EndsWith(nameof(Attribute), StringComparison.Ordinal))
            type = type[..^nameof(Attribute).Length];

        return char.ToLowerInvariant(type[0]) + type[1..];
    }

    private sealed class LoadedBinding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name { get; } = name;

        public override string Type { get; } = type;

        public override BindingDirection Direction { get; } = direction;
    }
}
