using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReserveConnect.Notifications;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Tests.Providers;

/// <summary>The clients as the application registers them, pointed at a test's server, with short bounds.</summary>
internal sealed class ProviderHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public ProviderHost(string url, params (string Key, string Value)[] settings)
        : this(url, _ => { }, settings)
    {
    }

    public ProviderHost(string url, Action<IServiceCollection> adapters, (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Reserve:Stripe:ApiKey"] = "sk_test_secret_key",
            ["Reserve:Stripe:WebhookSecret"] = "whsec_test",
            ["Reserve:MercadoPago:AccessToken"] = "TEST-secret-token",
            ["Reserve:MercadoPago:WebhookSecret"] = "mp_test",
            ["Reserve:MercadoPago:NotificationUrl"] = "https://reserve.example/api/webhooks/pix",
            ["Reserve:Email:ApiKey"] = "SG.secret-key",
            ["Reserve:Email:FromAddress"] = "bookings@reserve.example",
            ["Reserve:HostConnect:ApiKey"] = "host-secret-key",
            ["Reserve:HostConnect:WebhookSecret"] = "host_test",
        };
        foreach (var section in (string[])["Stripe", "MercadoPago", "HostConnect", "Email"])
        {
            values[$"Reserve:{section}:BaseUrl"] = url;
            values[$"Reserve:{section}:RetryDelay"] = "00:00:00.005";
            values[$"Reserve:{section}:RetryMaxDelay"] = "00:00:00.050";
            foreach (var (key, value) in settings.Where(setting => !setting.Key.Contains(':', StringComparison.Ordinal)))
                values[$"Reserve:{section}:{key}"] = value;
        }

        foreach (var (key, value) in settings.Where(setting => setting.Key.Contains(':', StringComparison.Ordinal)))
            values[key] = value;
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddProviders(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        adapters(services);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public CapturedLog Log { get; } = new();

    public IStripeGateway Stripe => _services.GetRequiredService<IStripeGateway>();

    public MercadoPagoClient MercadoPago => _services.GetRequiredService<MercadoPagoClient>();

    public HostConnectClient Host => _services.GetRequiredService<HostConnectClient>();

    public IEmailSender Email => _services.GetRequiredService<IEmailSender>();

    public ProviderCircuit Circuit(string name) => _services.GetServices<ProviderCircuit>().Single(circuit => circuit.Name == name);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
