using System.Net.Http.Headers;
using ReserveConnect.Sandbox;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>The stand-ins on free ports for one test, with a client that knows each one's key.</summary>
internal sealed class RunningSandbox : IAsyncDisposable
{
    private readonly SandboxServers _servers;

    private RunningSandbox(SandboxServers servers)
    {
        _servers = servers;
        Host = Client(servers.HostConnect, "hc_sandbox_key");
        Stripe = Client(servers.Stripe, "sk_test_sandbox");
        Pix = Client(servers.MercadoPago, "TEST-sandbox-access-token");
        Mail = Client(servers.SendGrid, "SG.sandbox");
    }

    public HttpClient Host { get; }

    public HttpClient Stripe { get; }

    public HttpClient Pix { get; }

    public HttpClient Mail { get; }

    /// <summary>Options with free ports and quick retries.</summary>
    public static SandboxOptions Options { get; } = new()
    {
        HostConnect = new HostConnectOptions { Url = "http://127.0.0.1:0" },
        Stripe = new StripeOptions { Url = "http://127.0.0.1:0" },
        MercadoPago = new MercadoPagoOptions { Url = "http://127.0.0.1:0" },
        SendGrid = new SendGridOptions { Url = "http://127.0.0.1:0" },
        Webhooks = new WebhookOptions { FirstRetryAfter = TimeSpan.FromMilliseconds(20), LongestRetryPause = TimeSpan.FromMilliseconds(100) },
    };

    public static Task<RunningSandbox> StartAsync() => StartAsync(Options);

    public static async Task<RunningSandbox> StartAsync(SandboxOptions options, TimeProvider? time = null) =>
        new(await SandboxServers.StartAsync(options, time));

    /// <summary>Starts them with every webhook going to the catcher.</summary>
    public static Task<RunningSandbox> StartAsync(WebhookCatcher catcher, SandboxOptions? options = null)
    {
        options ??= Options;
        return StartAsync(options with
        {
            Webhooks = options.Webhooks with { HostConnect = $"{catcher.Url}/host", Stripe = $"{catcher.Url}/stripe", MercadoPago = $"{catcher.Url}/pix" },
        });
    }

    /// <summary>A client for an address.</summary>
    public static HttpClient Client(Uri address, string key)
    {
        var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        Stripe.Dispose();
        Pix.Dispose();
        Mail.Dispose();
        await _servers.DisposeAsync();
    }
}
