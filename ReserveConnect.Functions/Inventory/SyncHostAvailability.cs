using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>Keeps the Host's nights changed since the last time, every 5 minutes; everything once a night. Only starts the orchestrations.</summary>
public sealed class SyncHostAvailability(HostSyncStarter starter)
{
    [Function("sync_host_availability")]
    [Access(Callers.Host)]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        starter.EnsureAsync(client, SyncKind.Availability, full: false, ct);
}
