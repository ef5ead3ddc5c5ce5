using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Sandbox.Control;
using ReserveConnect.Sandbox.Faults;

namespace ReserveConnect.Sandbox.Hosting;

/// <summary>One stand-in listening on its own port.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StandIn _standIn;

    private StandInServer(WebApplication app, StandIn standIn)
    {
        _app = app;
        _standIn = standIn;
        Address = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Its webhooks.</summary>
    public StandIn StandIn => _standIn;

    /// <summary>Listens on the address.</summary>
    /// <param name="standIn">What it stands in for.</param>
    /// <param name="url">Address; port 0 takes a free one.</param>
    /// <param name="map">Adds the provider's paths, and what its control API has of its own.</param>
    /// <param name="reset">Forgets the provider's state.</param>
    /// <param name="ct">Gives up starting.</param>
    public static async Task<StandInServer> StartAsync(
        StandIn standIn, string url, Action<IEndpointRouteBuilder> map, Func<Task> reset, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost
            .UseKestrelCore()
            .UseUrls(url)
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = standIn.Http.MaxBody;
            });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = standIn.Http.StopTimeout);

        var app = builder.Build();
        app.UseMiddleware<CallLogMiddleware>(standIn);
        app.UseMiddleware<FaultMiddleware>(standIn);
        ControlEndpoints.Map(app.MapGroup(ControlPath.Prefix), standIn, reset, () => Operations(app));
        map(app);
        app.MapFallback(context => standIn.WriteErrorAsync(context, StatusCodes.Status404NotFound, "No such path."));
        try
        {
            await app.StartAsync(ct);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new StandInServer(app, standIn);
    }

    /// <summary>Answers what is under way, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _standIn.StopAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _standIn.DisposeAsync();
    }

    private static IReadOnlyList<string> Operations(IEndpointRouteBuilder app) =>
    [
        .. from endpoint in app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           where !endpoint.RoutePattern.RawText!.StartsWith(ControlPath.Prefix, StringComparison.Ordinal)
           select $"{method} {endpoint.RoutePattern.RawText}",
    ];

    // The servers live and die with SandboxServers; signals are the program's matter, not theirs.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
