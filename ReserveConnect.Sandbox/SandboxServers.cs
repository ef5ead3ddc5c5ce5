using ReserveConnect.Sandbox.HostConnect;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.MercadoPago;
using ReserveConnect.Sandbox.SendGrid;
using ReserveConnect.Sandbox.Stripe;

namespace ReserveConnect.Sandbox;

/// <summary>The stand-ins for the outside world, running: four HTTP servers in this process, each on a port of its own.</summary>
public sealed class SandboxServers : IAsyncDisposable
{
    private readonly StandInServer[] _servers;

    private SandboxServers(StandInServer[] servers) => _servers = servers;

    /// <summary>Where Host Connect listens.</summary>
    public Uri HostConnect => _servers[0].Address;

    /// <summary>Where Stripe listens.</summary>
    public Uri Stripe => _servers[1].Address;

    /// <summary>Where Mercado Pago listens.</summary>
    public Uri MercadoPago => _servers[2].Address;

    /// <summary>Where SendGrid listens.</summary>
    public Uri SendGrid => _servers[3].Address;

    /// <summary>Host Connect from the inside, for who runs it in the same process.</summary>
    internal StandIn HostConnectStandIn => _servers[0].StandIn;

    /// <inheritdoc cref="HostConnectStandIn"/>
    internal StandIn StripeStandIn => _servers[1].StandIn;

    /// <inheritdoc cref="HostConnectStandIn"/>
    internal StandIn MercadoPagoStandIn => _servers[2].StandIn;

    /// <summary>Webhooks of all servers that are being delivered, or are next in turn; not those that wait for an instant or an order.</summary>
    public int WebhooksUnderWay => _servers.Sum(server => server.StandIn.Webhooks.UnderWay);

    /// <summary>Webhooks of all servers that wait for an instant.</summary>
    public int WebhooksDelayed => _servers.Sum(server => Math.Max(0, server.StandIn.Webhooks.Pending - server.StandIn.Webhooks.UnderWay - server.StandIn.Webhooks.Held));

    /// <summary>Starts the servers; when it returns they answer, and state of an earlier run is back.</summary>
    /// <param name="options">Addresses, keys, folders.</param>
    /// <param name="time">The clock, the system's if null; the configured offset is added to it.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="IOException">A port or the state folder is in use.</exception>
    /// <exception cref="InvalidDataException">A city's file or the state cannot be read.</exception>
    public static async Task<SandboxServers> StartAsync(SandboxOptions options, TimeProvider? time = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = new SandboxClock(time ?? TimeProvider.System, options.Clock.Offset);
        var started = new List<StandInServer>();
        try
        {
            started.Add(await HostConnectServer.StartAsync(options, clock, ct));
            started.Add(await StripeServer.StartAsync(options, clock, ct));
            started.Add(await MercadoPagoServer.StartAsync(options, clock, ct));
            started.Add(await SendGridServer.StartAsync(options, clock, ct));
            return new SandboxServers([.. started]);
        }
        catch
        {
            foreach (var server in started)
                await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets where webhooks go from now on; what is null stays as it is.</summary>
    /// <param name="hostConnect">Host Connect's target.</param>
    /// <param name="stripe">Stripe's target.</param>
    /// <param name="mercadoPago">Mercado Pago's target, for payments that name none.</param>
    public void SendWebhooksTo(Uri? hostConnect, Uri? stripe, Uri? mercadoPago)
    {
        Uri?[] targets = [hostConnect, stripe, mercadoPago];
        for (var i = 0; i < targets.Length; i++)
            _servers[i].StandIn.Webhooks.Target = targets[i]?.ToString() ?? _servers[i].StandIn.Webhooks.Target;
    }

    /// <summary>Stops the servers; calls under way are answered first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }
}
