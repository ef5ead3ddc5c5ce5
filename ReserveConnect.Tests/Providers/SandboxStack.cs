using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Sandbox;

namespace ReserveConnect.Tests.Providers;

/// <summary>The sandbox's servers on free ports, the application's clients pointed at them, and a receiver of webhooks.</summary>
internal sealed class SandboxStack : IAsyncDisposable
{
    private static readonly SandboxOptions Options = new()
    {
        HostConnect = new() { Url = "http://127.0.0.1:0" },
        Stripe = new() { Url = "http://127.0.0.1:0" },
        MercadoPago = new() { Url = "http://127.0.0.1:0" },
        SendGrid = new() { Url = "http://127.0.0.1:0" },
    };

    private readonly HttpClient _http = new();

    private SandboxStack(SandboxServers servers, FaultServer receiver, ProviderHost clients) =>
        (Servers, Receiver, Clients) = (servers, receiver, clients);

    public SandboxServers Servers { get; }

    public FaultServer Receiver { get; }

    public ProviderHost Clients { get; }

    public static SandboxOptions Keys => Options;

    /// <summary>Starts everything; <paramref name="settings"/> as of <see cref="ProviderHost"/>.</summary>
    public static Task<SandboxStack> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <summary>Starts everything with other adapters than our own.</summary>
    public static async Task<SandboxStack> StartAsync(Action<IServiceCollection> adapters, (string Key, string Value)[] settings)
    {
        var servers = await SandboxServers.StartAsync(Options);
        var receiver = new FaultServer(FaultServer.Answer(200, ""));
        servers.SendWebhooksTo(new($"{receiver.Url}/host"), new($"{receiver.Url}/stripe"), new($"{receiver.Url}/pix"));
        var clients = new ProviderHost(
            "",
            adapters,
            [
                ("Reserve:Stripe:BaseUrl", servers.Stripe.ToString()),
                ("Reserve:Stripe:ApiKey", Options.Stripe.SecretKey),
                ("Reserve:MercadoPago:BaseUrl", servers.MercadoPago.ToString()),
                ("Reserve:MercadoPago:AccessToken", Options.MercadoPago.AccessToken),
                ("Reserve:MercadoPago:NotificationUrl", $"{receiver.Url}/pix"),
                ("Reserve:Email:BaseUrl", servers.SendGrid.ToString()),
                ("Reserve:Email:ApiKey", Options.SendGrid.ApiKey),
                ("Reserve:HostConnect:BaseUrl", servers.HostConnect.ToString()),
                ("Reserve:HostConnect:ApiKey", Options.HostConnect.ApiKey),
                .. settings,
            ]);
        return new SandboxStack(servers, receiver, clients);
    }

    /// <summary>An order to the sandbox's control API; gives what it answered.</summary>
    public async Task<JsonElement> Control(Uri server, string path, object order)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(server, $"control/{path}"), order);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>What the guest's browser does: confirms a card payment with a test card.</summary>
    public async Task Confirm(string paymentIntentId, string clientSecret, string card)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Servers.Stripe, $"v1/payment_intents/{paymentIntentId}/confirm"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Options.Stripe.PublishableKey);
        request.Content = new FormUrlEncodedContent([new("client_secret", clientSecret), new("payment_method", card), new("return_url", "https://reserve.example/back")]);
        using var answer = await _http.SendAsync(request);
        if ((int)answer.StatusCode is not (200 or 402))
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits for a webhook that fits.</summary>
    public async Task<SeenRequest> Webhook(Func<SeenRequest, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (Receiver.Requests.FirstOrDefault(fits) is { } found)
                return found;
            await Task.Delay(20, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Clients.DisposeAsync();
        await Servers.DisposeAsync();
        await Receiver.DisposeAsync();
        _http.Dispose();
    }
}
