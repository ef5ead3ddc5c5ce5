using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>Keeps the Host's new, changed, deactivated properties, every 15 minutes. Only starts the orchestrations.</summary>
public sealed class SyncHostProperties(HostSyncStarter starter)
{
    [Function("sync_host_properties")]
    [Access(Callers.Host)]
    public Task RunAsync([TimerTrigger("0 */15 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        starter.EnsureAsync(client, SyncKind.Properties, full: false, ct);
}
