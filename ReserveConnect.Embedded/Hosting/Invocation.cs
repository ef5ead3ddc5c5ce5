using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>
/// One invocation, whatever triggered it. What most functions never look at (id, items, features, binding data) is made when asked for,
/// because this stands on the path of every request. Without services it takes those of the request.
/// </summary>
internal sealed class Invocation(
    LoadedFunction function,
    IServiceProvider? services,
    HttpContext? httpContext,
    object? trigger,
    CancellationToken cancellationToken) : FunctionContext
{
    private string? _invocationId;
    private IServiceProvider? _services = services;
    private IDictionary<object, object>? _items;
    private InvocationFeatures? _features;
    private InvocationBindingContext? _bindingContext;
    private InvocationTraceContext? _traceContext;

    /// <summary>The key under which the official host keeps the request among the items.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    public LoadedFunction Function { get; } = function;

    /// <summary>The request that triggered this, if one did.</summary>
    public HttpContext? HttpContext { get; } = httpContext;

    /// <summary>What the trigger parameter is bound to, where no request is.</summary>
    public object? Trigger { get; } = trigger;

    /// <summary>What the function returned, or what middleware put in its place.</summary>
    public object? ResultValue { get; set; }

    public override string InvocationId => _invocationId ??= Guid.CreateVersion7().ToString();

    public override string FunctionId => Function.Id;

    public override TraceContext TraceContext => _traceContext ??= InvocationTraceContext.Current(HttpContext);

    public override BindingContext BindingContext => _bindingContext ??= new InvocationBindingContext(HttpContext);

    public override RetryContext RetryContext => InvocationRetryContext.First;

    public override IServiceProvider InstanceServices
    {
        get => _services ??= HttpContext!.RequestServices;
        set => _services = value;
    }

    public override FunctionDefinition FunctionDefinition => Function;

    public override IDictionary<object, object> Items
    {
        get => _items ??= HttpContext is null ? [] : new Dictionary<object, object> { [HttpContextKey] = HttpContext };
        set => _items = value;
    }

    public override IInvocationFeatures Features => _features ??= new InvocationFeatures();

    /// <summary>A request's own, which middleware may have replaced, or what the invocation was started with.</summary>
    public override CancellationToken CancellationToken => HttpContext?.RequestAborted ?? cancellationToken;

    /// <summary>The invocation behind a context.</summary>
    /// <exception cref="InvalidOperationException">The context was not made by this host.</exception>
    public static Invocation Of(FunctionContext context) =>
        context as Invocation ?? throw new InvalidOperationException($"{context?.GetType().Name ?? "null"} is not an invocation of the embedded host.");

    public InvocationResult Result() => new ResultOf(this);

    public InvocationResult<T> Result<T>() => ResultValue is T
        ? new ResultOf<T>(this)
        : throw new InvalidOperationException($"The function returned {ResultValue?.GetType().Name ?? "null"}, not {typeof(T).Name}.");

    private sealed class ResultOf(Invocation invocation) : InvocationResult
    {
        public override object? Value
        {
            get => invocation.ResultValue;
            set => invocation.ResultValue = value;
        }
    }

    private sealed class ResultOf<T>(Invocation invocation) : InvocationResult<T>
    {
        public override T? Value
        {
            get => (T?)invocation.ResultValue;
            set => invocation.ResultValue = value;
        }
    }
}

/// <summary>The host does not retry by itself: every invocation is a first attempt.</summary>
internal sealed class InvocationRetryContext : RetryContext
{
    public static readonly InvocationRetryContext First = new();

    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}

/// <summary>The route values of a request, or nothing.</summary>
internal sealed class InvocationBindingContext(HttpContext? httpContext) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData { get; } =
        httpContext?.Request.RouteValues is { } values ? values : ImmutableDictionary<string, object?>.Empty;
}
