using Microsoft.AspNetCore.Builder;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Sandbox;

/// <summary>The stand-ins for the outside world, running: three HTTP servers in this process, each on a port of its own.</summary>
public sealed class SandboxServers : IAsyncDisposable
{
    private readonly WebApplication[] _servers;

    private SandboxServers(WebApplication[] servers)
    {
        _servers = servers;
        HostConnect = new Uri(servers[0].Urls.First());
        Stripe = new Uri(servers[1].Urls.First());
        MercadoPago = new Uri(servers[2].Urls.First());
    }

    /// <summary>Where Host Connect listens.</summary>
    public Uri HostConnect { get; }

    /// <summary>Where Stripe listens.</summary>
    public Uri Stripe { get; }

    /// <summary>Where Mercado Pago listens.</summary>
    public Uri MercadoPago { get; }

    /// <summary>Starts the servers; when it returns they answer, and state of an earlier run is back.</summary>
    /// <param name="options">Addresses, keys, folders.</param>
    /// <param name="time">The clock, the system's if null; the configured offset is added to it.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="IOException">A port or the state folder is in use.</exception>
    /// <exception cref="InvalidDataException">A city's file or the state cannot be read.</exception>
    public static async Task<SandboxServers> StartAsync(SandboxOptions options, TimeProvider? time = null, CancellationToken ct = default)
    {
        var clock = new SandboxClock(time ?? TimeProvider.System, options.Clock.Offset);
        var servers = new List<WebApplication>();
        foreach (var url in new[] { options.HostConnect.Url, options.Stripe.Url, options.MercadoPago.Url })
        {
            var builder = WebApplication.CreateSlimBuilder();
            var app = builder.Build();
            app.Urls.Add(url);
            app.MapGet("/control/clock", () => clock.GetUtcNow());
            await app.StartAsync(ct);
            servers.Add(app);
        }

        return new SandboxServers([.. servers]);
    }

    /// <summary>Stops the servers; calls under way are answered first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }
}
