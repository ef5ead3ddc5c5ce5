using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>Sees to it that one sync of a kind runs per city; one that already runs is left alone.</summary>
public sealed class HostSyncStarter(SyncJobs jobs)
{
    /// <summary>Starts what does not run yet, for every city that is sold.</summary>
    /// <returns>The instances, running before or since now.</returns>
    public async Task<IReadOnlyList<string>> EnsureAsync(DurableTaskClient client, SyncKind kind, bool full, CancellationToken ct)
    {
        List<string> instances = [];
        foreach (var city in await jobs.CitiesAsync(ct))
        {
            instances.Add(await EnsureAsync(
                client, HostSyncOrchestration.Name, new HostSyncInput(kind, city.Id, full),
                HostSyncOrchestration.InstanceId(kind, city.Slug), ct));
        }

        return instances;
    }

    /// <summary>Starts, for every city, properties, then room types, then nights, everything anew.</summary>
    public async Task<IReadOnlyList<string>> EnsureCityAsync(DurableTaskClient client, CancellationToken ct)
    {
        List<string> instances = [];
        foreach (var city in await jobs.CitiesAsync(ct))
        {
            instances.Add(await EnsureAsync(
                client, CitySyncOrchestration.Name, city.Id, $"sync-city-{city.Slug}", ct));
        }

        return instances;
    }

    /// <summary>Starts an instance unless it runs already.</summary>
    internal static async Task<string> EnsureAsync(
        DurableTaskClient client, string orchestrator, object input, string instanceId, CancellationToken ct)
    {
        if (await client.GetInstanceAsync(instanceId, ct) is { IsCompleted: false })
        {
            return instanceId;
        }

        var options = new StartOrchestrationOptions(instanceId).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options, ct);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Somebody else was quicker.
        }

        return instanceId;
    }
}
