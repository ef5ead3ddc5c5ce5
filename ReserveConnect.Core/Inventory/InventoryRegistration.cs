using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Inventory;

/// <summary>What this slice brings into the container.</summary>
public static class InventoryRegistration
{
    /// <summary>Registers quotes, search, sync and the availability index.</summary>
    public static IServiceCollection AddInventory(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Alternatives>();
        services.AddSingleton<Availability>();
        return services;
    }
}
