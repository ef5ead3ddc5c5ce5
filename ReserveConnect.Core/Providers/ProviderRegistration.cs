using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Notifications;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.SendGrid;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Providers;

/// <summary>Puts the clients of the external systems into the container.</summary>
public static class ProviderRegistration
{
    /// <summary>
    /// Registers <see cref="IStripeGateway"/>, <see cref="MercadoPagoClient"/>, <see cref="HostConnectClient"/> and
    /// <see cref="IEmailSender"/> as singletons, each with pooled connections and its own <see cref="ProviderCircuit"/> (all by
    /// <c>IEnumerable&lt;ProviderCircuit&gt;</c>), and their options, checked at start: what is missing is named.
    /// Needs logging; registers <see cref="TimeProvider.System"/> where no clock is registered.
    /// </summary>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddProvider<IStripeGateway, StripeOptions>(
            StripeCalls.Provider,
            configuration.GetSection(StripeOptions.Section),
            (http, options) =>
            {
                http.BaseAddress = Base(options.BaseUrl);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
                http.DefaultRequestHeaders.Add("Stripe-Version", StripeCalls.ApiVersion);
            },
            (http, pipelines, options, time, logs) =>
                new StripeRestGateway(http, pipelines, options, time, logs.CreateLogger<StripeRestGateway>()));
        services.AddProvider<MercadoPagoClient, MercadoPagoOptions>(
            "mercado_pago",
            configuration.GetSection(MercadoPagoOptions.Section),
            (http, options) =>
            {
                http.BaseAddress = Base(options.BaseUrl);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.AccessToken);
            },
            (http, pipelines, options, time, logs) =>
                new MercadoPagoClient(http, pipelines, options, time, logs.CreateLogger<MercadoPagoClient>()));
        services.AddProvider<HostConnectClient, HostConnectOptions>(
            ProviderCircuit.HostConnect,
            configuration.GetSection(HostConnectOptions.Section),
            (http, options) =>
            {
                http.BaseAddress = Base(options.BaseUrl);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
            },
            (http, pipelines, options, time, logs) =>
                new HostConnectClient(http, pipelines, options, time, logs.CreateLogger<HostConnectClient>()));
        services.AddProvider<IEmailSender, EmailOptions>(
            SendGridCalls.Provider,
            configuration.GetSection(EmailOptions.Section),
            (http, options) =>
            {
                http.BaseAddress = Base(options.BaseUrl);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
            },
            (http, pipelines, options, time, logs) =>
                new SendGridRestSender(http, pipelines, options, time, logs.CreateLogger<SendGridRestSender>()));
        return services;
    }

    /// <summary>The provider's connections, circuit and bounds for its official library. It takes the place of our own
    /// client: the circuit can serve one of the two.</summary>
    /// <typeparam name="TOptions">The provider's bounds.</typeparam>
    /// <param name="services">A container with <see cref="AddProviders"/>.</param>
    /// <param name="name">The provider.</param>
    /// <param name="readRefusal">Reads the body of a 4xx; null if it is none of the provider's.</param>
    /// <param name="underWay">Statuses by which the provider says that the same call is still being worked on.</param>
    /// <param name="log">Where failures go.</param>
    internal static ProviderLibrary Library<TOptions>(
        this IServiceProvider services,
        string name,
        Func<ReadOnlyMemory<byte>, ProviderRefusal?> readRefusal,
        IReadOnlySet<HttpStatusCode> underWay,
        ILogger log)
        where TOptions : ProviderOptions
    {
        var options = services.GetRequiredService<IOptions<TOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        var circuit = services.GetServices<ProviderCircuit>().Single(circuit => circuit.Name == name);
        return new ProviderLibrary(
            services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name),
            new ProviderAttempts(name, new ProviderPipelines(circuit, options, time), time, log),
            new ProviderSorting(readRefusal, underWay, time),
            options.MaxResponseBytes);
    }

    private static void AddProvider<TClient, TOptions>(
        this IServiceCollection services,
        string name,
        IConfigurationSection section,
        Action<HttpClient, TOptions> configure,
        Func<HttpClient, ProviderPipelines, IOptions<TOptions>, TimeProvider, ILoggerFactory, TClient> create)
        where TClient : class
        where TOptions : ProviderOptions
    {
        services.AddOptions<TOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient(name)
            .ConfigureHttpClient((provider, http) =>
            {
                // The pipeline's time-out rules; HttpClient's own could not tell a slow answer from a cancelled caller.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
                http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ReserveConnect", null));
                configure(http, provider.GetRequiredService<IOptions<TOptions>>().Value);
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                var options = provider.GetRequiredService<IOptions<TOptions>>().Value;
                handler.ConnectTimeout = options.ConnectTimeout;
                handler.PooledConnectionLifetime = options.ConnectionLifetime;
                handler.MaxConnectionsPerServer = options.MaxConnections;
                handler.AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli;
                // A redirect would carry the key to wherever it points.
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
            })
            // The handler renews its connections itself, and the factory's loggers would write addresses with ids in them.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

        var circuit = new ProviderCircuit(name);
        services.AddSingleton(circuit);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<TOptions>>();
            var time = provider.GetRequiredService<TimeProvider>();
            return create(
                provider.GetRequiredService<IHttpClientFactory>().CreateClient(name),
                new ProviderPipelines(circuit, options.Value, time),
                options,
                time,
                provider.GetRequiredService<ILoggerFactory>());
        });
    }

    /// <summary>With a slash at the end, so that relative paths are appended and do not replace the last part.</summary>
    private static Uri Base(string url) => new(url.TrimEnd('/') + "/");
}
