using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace ReserveConnect.Tests.Azure;

/// <summary>One function as the worker knows it after its host has told it to load it: from what the Worker SDK wrote of it at build time.</summary>
internal sealed class LoadedFunction : FunctionDefinition
{
    public LoadedFunction(IFunctionMetadata metadata, Type[] types)
    {
        (Id, Name, EntryPoint) = (metadata.FunctionId ?? metadata.Name!, metadata.Name!, metadata.EntryPoint!);
        var split = EntryPoint.LastIndexOf('.');
        var method = types.Single(t => t.FullName == EntryPoint[..split]).GetMethod(EntryPoint[(split + 1)..])!;
        PathToAssembly = method.DeclaringType!.Assembly.Location;
        Parameters = [.. method.GetParameters().Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.DefaultValue))];
        var bindings = metadata.RawBindings!.Select(raw => new Binding(JsonElement.Parse(raw))).ToList();
        InputBindings = Of(BindingDirection.In);
        OutputBindings = Of(BindingDirection.Out);
        Trigger = bindings.Single(b => b.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));
        Client = bindings.SingleOrDefault(b => b.Type == "durableClient")?.Name;

        IImmutableDictionary<string, BindingMetadata> Of(BindingDirection direction) =>
            bindings.Where(b => b.Direction == direction).ToImmutableDictionary(b => b.Name, BindingMetadata (b) => b);
    }

    /// <summary>The binding that calls it.</summary>
    public Binding Trigger { get; }

    /// <summary>The parameter that takes the durable client, if one does.</summary>
    public string? Client { get; }

    public override string Id { get; }

    public override string Name { get; }

    public override string EntryPoint { get; }

    public override string PathToAssembly { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    /// <summary>Whether this kind of trigger calls it: <c>httpTrigger</c>, <c>activityTrigger</c>.</summary>
    public bool IsCalledBy(string trigger) => string.Equals(Trigger.Type, trigger, StringComparison.OrdinalIgnoreCase);

    /// <summary>What a host is told of one binding.</summary>
    internal sealed class Binding(JsonElement raw) : BindingMetadata
    {
        /// <summary>All of it; the route and the methods of an HTTP trigger are here.</summary>
        public JsonElement Raw => raw;

        public override string Name => raw.GetProperty("name").GetString()!;

        public override string Type => raw.GetProperty("type").GetString()!;

        public override BindingDirection Direction => Enum.Parse<BindingDirection>(raw.GetProperty("direction").GetString()!, ignoreCase: true);
    }
}
