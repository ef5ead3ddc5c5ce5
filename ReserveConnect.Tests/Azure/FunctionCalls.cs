using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Tests.Azure;

/// <summary>Calls functions as the host has them called: each through the whole of the worker, middleware and all.</summary>
internal sealed class FunctionCalls
{
    private readonly WorkerApplication _worker;
    private readonly Func<DurableTaskClient> _client;

    private FunctionCalls(IServiceProvider services, IReadOnlyList<LoadedFunction> all, Func<DurableTaskClient> client)
    {
        (All, _client) = (all, client);
        _worker = new(services, all);
    }

    /// <summary>Every function that the worker offers to its host.</summary>
    public IReadOnlyList<LoadedFunction> All { get; }

    /// <summary>Has the worker say which functions there are, and loads them.</summary>
    public static async Task<FunctionCalls> LoadAsync(IServiceProvider services, Assembly assembly, Func<DurableTaskClient> client)
    {
        var offered = await services.GetRequiredService<IFunctionMetadataManager>().GetFunctionMetadataAsync(AppContext.BaseDirectory);
        var types = assembly.GetTypes();
        return new(services, [.. offered.Select(metadata => new LoadedFunction(metadata, types))], client);
    }

    /// <summary>Calls the function of that name.</summary>
    /// <param name="name">The function.</param>
    /// <param name="trigger">What its trigger brings: the orchestration's context, JSON, or a text.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<object?> CallAsync(string name, object? trigger, CancellationToken cancellation) =>
        CallAsync(All.Single(f => f.Name == name), trigger, cancellation);

    /// <inheritdoc cref="CallAsync(string, object?, CancellationToken)"/>
    public Task<object?> CallAsync(LoadedFunction function, object? trigger, CancellationToken cancellation)
    {
        var type = function.Parameters.Single(p => p.Name == function.Trigger.Name).Type;
        var input = Input(function);
        input[function.Trigger.Name] = trigger is JsonElement json ? json.Deserialize(type, JsonSerializerOptions.Web) : trigger;
        return _worker.InvokeAsync(function, $"{Guid.CreateVersion7()}", input, input, cancellation);
    }

    /// <summary>Calls an HTTP function; the request comes to it by way of the worker's web server, under the same id.</summary>
    /// <param name="function">The function.</param>
    /// <param name="id">What request and invocation are brought together by.</param>
    /// <param name="metadata">Its route values and its query.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task CallAsync(LoadedFunction function, string id, IReadOnlyDictionary<string, object?> metadata, CancellationToken cancellation) =>
        _worker.InvokeAsync(function, id, Input(function), metadata, cancellation);

    private Dictionary<string, object?> Input(LoadedFunction function)
    {
        var input = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        if (function.Client is { } name)
        {
            input[name] = _client();
        }

        return input;
    }
}
