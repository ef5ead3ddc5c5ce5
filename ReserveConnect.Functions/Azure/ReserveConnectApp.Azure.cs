using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Events;
using ReserveConnect.Functions.Azure;

namespace ReserveConnect.Functions;

/// <summary>What the azure host brings.</summary>
public static partial class ReserveConnectApp
{
    static partial void UseHostServices(FunctionsApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        KeyVaultReferences.RequireResolved(configuration);
        services.AddOptions<AzureOptions>().Bind(configuration.GetSection(AzureOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ServiceBusOptions>().Bind(configuration.GetSection(ServiceBusOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(AzureIdentity.Credential);
        services.AddSingleton(provider => AzureIdentity.DatabaseToken(provider.GetRequiredService<global::Azure.Core.TokenCredential>()));
        services.Configure<WorkerOptions>(worker => worker.InputConverters.RegisterAt<InvocationToken>(0));
        // The host has its own line for every request.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        services.AddAzureTelemetry(configuration);
        services.AddStripeNetGateway().AddSendGridEmailSender();
        AddEvents(services, configuration);
    }

    private static void AddEvents(IServiceCollection services, IConfiguration configuration)
    {
        // A loop beside the functions has no durable client here: events are handled inside functions, which bind it.
        var loop = services.Single(d => d.ServiceType == typeof(IHostedService) && d.ImplementationType == typeof(EventDispatcher));
        services.Remove(loop);
        services.AddSingleton<EventDispatcher>();
        services.AddSingleton<RelayedEvents>();
        if (configuration.GetSection(EventOptions.Section).Get<EventOptions>() is { DispatchInProcess: false })
        {
            services.TryAddSingleton(provider => ServiceBusEventPublisher.Client(
                configuration,
                provider.GetRequiredService<global::Azure.Core.TokenCredential>,
                provider.GetRequiredService<IOptions<ServiceBusOptions>>().Value));
            services.AddSingleton<IEventPublisher, ServiceBusEventPublisher>();
            services.AddHostedService<EventRelay>();
        }
    }
}
