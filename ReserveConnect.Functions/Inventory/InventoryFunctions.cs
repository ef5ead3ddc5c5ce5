using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Functions.Operations;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>What the functions of this slice need beside Core.</summary>
public static class InventoryFunctions
{
    /// <summary>Registers the starter of the syncs and the operator's twins of their timers.</summary>
    public static IServiceCollection AddInventoryFunctions(this IServiceCollection services)
    {
        services.AddSingleton<HostSyncStarter>();
        services.AddOperatorJob("sync_city", (s, client, ct) => s.GetRequiredService<HostSyncStarter>().EnsureCityAsync(client, ct));
        services.AddOperatorJob(
            "retry_failed_properties",
            async (s, _, ct) =>
            {
                await s.GetRequiredService<PropertyRetries>().RunAsync(ct);
                return [];
            });
        AddSync("sync_host_properties", SyncKind.Properties);
        AddSync("sync_host_room_types", SyncKind.RoomTypes);
        AddSync("sync_host_availability", SyncKind.Availability);
        return services;

        void AddSync(string name, SyncKind kind) => services.AddOperatorJob(
            name, (s, client, ct) => s.GetRequiredService<HostSyncStarter>().EnsureAsync(client, kind, full: true, ct));
    }
}
