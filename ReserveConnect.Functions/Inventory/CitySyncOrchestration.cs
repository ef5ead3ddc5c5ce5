using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Functions.Access;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>A whole city from nothing: nights need their units, units their properties.</summary>
public static class CitySyncOrchestration
{
    public const string Name = "host_sync_city";

    [Function(Name)]
    [Access(Callers.Host)]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var cityId = context.GetInput<Guid>();
        foreach (var kind in (SyncKind[])[SyncKind.Properties, SyncKind.RoomTypes, SyncKind.Availability])
        {
            var outcome = await context.CallSubOrchestratorAsync<string>(
                HostSyncOrchestration.Name, new HostSyncInput(kind, cityId, Full: true));
            if (outcome != "completed")
            {
                return $"{kind}: {outcome}";
            }
        }

        return "completed";
    }
}
