using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>Keeps the Host's room types and rate plans, every 15 minutes, half a minute behind the properties. Only starts the orchestrations.</summary>
public sealed class SyncHostRoomTypes(HostSyncStarter starter)
{
    [Function("sync_host_room_types")]
    [Access(Callers.Host)]
    public Task RunAsync([TimerTrigger("30 */15 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        starter.EnsureAsync(client, SyncKind.RoomTypes, full: false, ct);
}
