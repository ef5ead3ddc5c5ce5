using System.Reflection;

namespace ReserveConnect.Tests.Azure;

/// <summary>What an invocation brings and what comes of it, behind the worker's internal interface for that.</summary>
public class InvocationBindings : DispatchProxy
{
    private readonly Dictionary<string, object?> _outputs = [];
    private IReadOnlyDictionary<string, object?> _input = null!;
    private IReadOnlyDictionary<string, object?> _metadata = null!;
    private Func<object> _outputsInfo = null!;

    /// <summary>What the function has returned, or the middleware in its place.</summary>
    public object? Result { get; private set; }

    /// <summary>An object of this class that is <paramref name="feature"/> too.</summary>
    public static InvocationBindings Of(
        Type feature, IReadOnlyDictionary<string, object?> input, IReadOnlyDictionary<string, object?> metadata, Func<object> outputsInfo)
    {
        var bindings = (InvocationBindings)Create(feature, typeof(InvocationBindings));
        (bindings._input, bindings._metadata, bindings._outputsInfo) = (input, metadata, outputsInfo);
        return bindings;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_TriggerMetadata" => _metadata,
        "get_InputData" => _input,
        "get_OutputBindingData" => _outputs,
        "get_OutputBindingsInfo" => _outputsInfo(),
        "get_InvocationResult" => Result,
        "set_InvocationResult" => Result = args![0],
        var other => throw new NotSupportedException(other),
    };
}
