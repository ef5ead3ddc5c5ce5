using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ReserveConnect.Embedded.Durable;

/// <summary>Puts the durable engine into a host.</summary>
public static class DurableServices
{
    /// <summary>
    /// Adds the engine as a hosted service and its <c>DurableTaskClient</c>. The registry may still grow until the host starts.
    /// Time comes from the container's <see cref="TimeProvider"/>. The engine is the first to start and the last to stop: what else
    /// the host runs (requests, timers, events) may need it at any moment.
    /// </summary>
    public static IServiceCollection AddDurableEngine(
        this IServiceCollection services, DurableRegistry registry, Action<DurableOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(registry);
        services.AddOptions<DurableOptions>().Configure(configure);
        services.AddSingleton<DurableEngine>();
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => provider.GetRequiredService<DurableEngine>()));
        services.AddSingleton<EmbeddedDurableTaskClient>();
        services.AddSingleton<DurableTaskClient>(provider => provider.GetRequiredService<EmbeddedDurableTaskClient>());
        return services;
    }
}
