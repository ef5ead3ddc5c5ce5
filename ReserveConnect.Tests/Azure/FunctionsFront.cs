using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ReserveConnect.Tests.Azure;

/// <summary>
/// The web server of the worker, with everything that the official ASP.NET Core integration and the application put into it,
/// and before all of that what the Functions host does: it finds the function of a request, sends its worker the invocation,
/// and passes the request on with the invocation's id. The real host is another process and sends the members of a JSON body
/// along as metadata of the trigger; here a body is left to the function.
/// </summary>
internal sealed class FunctionsFront : IStartupFilter
{
    private const string InvocationHeader = "x-ms-invocation-id";
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private FunctionCalls _functions = null!;
    private IHostedService? _server;

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        // Routes of the host; those of the worker are its own, in another table behind this one.
        application.UseRouting();
        var routes = (IEndpointRouteBuilder)application.Properties["__EndpointRouteBuilder"]!;
        foreach (var function in _functions.All.Where(f => f.IsCalledBy("httpTrigger")))
        {
            var trigger = function.Trigger.Raw;
            var route = trigger.TryGetProperty("route", out var named) ? named.GetString()! : function.Name;
            routes.MapMethods($"/api/{route}", [.. trigger.GetProperty("methods").EnumerateArray().Select(m => m.GetString()!)], _ => Task.CompletedTask)
                .WithMetadata(function);
        }

        application.Use(worker => http => http.GetEndpoint()?.Metadata.GetMetadata<LoadedFunction>() is { } function
            ? InvokeAsync(function, http, worker)
            : NotFoundAsync(http));
        next(application);
    };

    public async Task StartAsync(IServiceProvider services, FunctionCalls functions)
    {
        _functions = functions;
        // The worker reads this when it makes its routes; the Functions host sets it.
        Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", AppContext.BaseDirectory);
        // All workers of a process would listen on the one port that the integration has chosen for it.
        var addresses = services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        addresses.Add("http://127.0.0.1:0");
        _server = services.GetServices<IHostedService>().Single(s => s.GetType().FullName == "Microsoft.AspNetCore.Hosting.GenericWebHostService");
        await _server.StartAsync(CancellationToken.None);
        Address = new(addresses.Single());
    }

    public async Task StopAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await _server!.StopAsync(limit.Token);
    }

    private async Task InvokeAsync(LoadedFunction function, HttpContext http, RequestDelegate worker)
    {
        var id = $"{Guid.CreateVersion7()}";
        // Not in the place of one that the client has sent; nor does the host.
        http.Request.Headers.TryAdd(InvocationHeader, id);
        var metadata = Metadata(http);
        // The worker's web server knows nothing of what its host has found.
        http.SetEndpoint(null);
        http.Request.RouteValues = [];
        var invocation = _functions.CallAsync(function, id, metadata, http.RequestAborted);
        var answer = worker(http);
        try
        {
            await Task.WhenAll(invocation, answer);
        }
        catch (Exception) when (!http.Response.HasStarted)
        {
            // The host says no more; what it was is in the worker's log.
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>By name, what the host reads out of a request; the route wins.</summary>
    private static Dictionary<string, object?> Metadata(HttpContext http)
    {
        var metadata = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in http.Request.Query)
        {
            metadata[name] = values.ToString();
        }

        foreach (var (name, value) in http.Request.RouteValues)
        {
            metadata[name] = value?.ToString();
        }

        return metadata;
    }
}
