using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ReserveConnect.Tests.Azure;

/// <summary>
/// The official worker's own way from an invocation to its function: its context, the whole pipeline of middleware in the
/// order in which the application added it, its converters, and the executor that the Worker SDK has generated. In a process
/// of its own the worker goes this way for each message of its host. The few types of it that are called for that are
/// internal, and are called by their names.
/// </summary>
internal sealed class WorkerApplication
{
    private static readonly Assembly Core = typeof(FunctionContext).Assembly;

    private readonly Func<IInvocationFeatures> _features;
    private readonly Func<IInvocationFeatures, CancellationToken, FunctionContext> _context;
    private readonly Func<FunctionContext, Task> _invoke;
    private readonly Func<object> _conversion;

    public WorkerApplication(IServiceProvider services, IEnumerable<FunctionDefinition> functions)
    {
        var application = services.GetRequiredService(Internal("IFunctionsApplication"));
        _features = Method<Func<IInvocationFeatures>>(services.GetRequiredService(Internal("IInvocationFeaturesFactory")), "Create");
        _context = Method<Func<IInvocationFeatures, CancellationToken, FunctionContext>>(application, "CreateContext");
        _invoke = Method<Func<FunctionContext, Task>>(application, "InvokeFunctionAsync");
        var conversion = ActivatorUtilities.CreateFactory(Internal("Context.Features.DefaultInputConversionFeature"), []);
        _conversion = () => conversion(services, null);
        var load = Method<Action<FunctionDefinition>>(application, "LoadFunction");
        foreach (var function in functions)
        {
            load(function);
        }
    }

    /// <summary>
    /// Gives the application what it has when a host has started it: what the host says then, and what the worker finds in the
    /// program that was started, which here is not the application: the functions that the Worker SDK saw at build time, and
    /// the code that calls them.
    /// </summary>
    public static void BeginWithoutHost(FunctionsApplicationBuilder builder, Assembly application)
    {
        builder.Configuration["Functions:Worker:HostEndpoint"] = "http://127.0.0.1:1";
        builder.Configuration["Functions:Worker:WorkerId"] = "tests";
        builder.Configuration["Functions:Worker:RequestId"] = "tests";
        builder.Configuration["Functions:Worker:GrpcMaxMessageLength"] = "2147483647";
        var host = (IHostBuilder)typeof(FunctionsApplicationBuilder).GetProperty("HostBuilder", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(builder)!;
        foreach (var type in application.GetTypes().Where(t => t.IsAssignableTo(typeof(IAutoConfigureStartup))))
        {
            ((IAutoConfigureStartup)Activator.CreateInstance(type)!).Configure(host);
        }
    }

    /// <summary>Calls a function and returns what it, or the middleware in its place, has answered.</summary>
    /// <param name="function">One of the functions that were loaded.</param>
    /// <param name="id">Names the invocation; an HTTP request is brought together with its invocation by it.</param>
    /// <param name="input">Values by the name of their binding.</param>
    /// <param name="metadata">What is known of the trigger, by name: of a request its route values and its query.</param>
    /// <param name="cancellation">Ends the invocation.</param>
    public async Task<object?> InvokeAsync(
        FunctionDefinition function,
        string id,
        IReadOnlyDictionary<string, object?> input,
        IReadOnlyDictionary<string, object?> metadata,
        CancellationToken cancellation)
    {
        var features = _features();
        features.Set<FunctionInvocation>(new Invocation(id, function.Id));
        var context = _context(features, cancellation);
        await using var disposed = (IAsyncDisposable)context;
        var bindings = InvocationBindings.Of(Internal("Context.Features.IFunctionBindingsFeature"), input, metadata, OutputsOf);
        Set(features, Internal("Context.Features.IFunctionBindingsFeature"), bindings);
        Set(features, Internal("Context.Features.IInputConversionFeature"), _conversion());
        await _invoke(context);
        return bindings.Result;

        object OutputsOf()
        {
            var provider = context.InstanceServices.GetRequiredService(Internal("OutputBindings.IOutputBindingsInfoProvider"));
            return provider.GetType().GetMethod("GetBindingsInfo")!.Invoke(provider, [function])!;
        }
    }

    private static Type Internal(string name) => Core.GetType($"Microsoft.Azure.Functions.Worker.{name}", throwOnError: true)!;

    private static T Method<T>(object target, string name)
        where T : Delegate => target.GetType().GetMethod(name)!.CreateDelegate<T>(target);

    private static void Set(IInvocationFeatures features, Type type, object feature) =>
        typeof(IInvocationFeatures).GetMethod("Set")!.MakeGenericMethod(type).Invoke(features, [feature]);

    private sealed class Invocation(string id, string functionId) : FunctionInvocation
    {
        public override string Id => id;

        public override string FunctionId => functionId;

        public override TraceContext TraceContext { get; } = new Trace(System.Diagnostics.Activity.Current);
    }

    private sealed class Trace(System.Diagnostics.Activity? current) : TraceContext
    {
        public override string TraceParent => current?.Id ?? "";

        public override string TraceState => current?.TraceStateString ?? "";

        public override IReadOnlyDictionary<string, string> Attributes => ImmutableDictionary<string, string>.Empty;
    }
}
