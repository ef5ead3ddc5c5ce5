using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Inventory;

namespace ReserveConnect.Functions.Booking;

/// <summary>
/// <c>process_stays</c>: every hour, guests who did not come, who left, and stays that are completed. An orchestration of one
/// step: a day with thousands of them takes longer than a request may, and is gone on with after a restart.
/// </summary>
public sealed class ProcessStays(StayWatch watch)
{
    /// <summary>Also its job's name, for whoever runs it by hand.</summary>
    public const string Name = "process_stays";

    /// <summary>The one instance; never two at once.</summary>
    public const string InstanceId = "process-stays";

    private const string Orchestration = "process_stays_run";
    private const string Activity = "move_stays_on";

    [Function(Name)]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("5 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        EnsureAsync(client, cancellation);

    [Function(Orchestration)]
    [Access(Callers.Host)]
    public static async Task<string> RunAll([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync(Activity, true, SagaSteps.Patiently);
        return "done";
    }

    [Function(Activity)]
    [Access(Callers.Host)]
    public Task MoveStaysOn([ActivityTrigger] bool all, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        watch.RunAsync(client, cancellation);

    /// <summary>Starts a run unless one is under way.</summary>
    internal static Task<string> EnsureAsync(DurableTaskClient client, CancellationToken cancellation) =>
        HostSyncStarter.EnsureAsync(client, Orchestration, true, InstanceId, cancellation);
}
