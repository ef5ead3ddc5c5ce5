using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Functions.Access;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>What a sync of one city is started with, and carries on with after every <see cref="PagesPerRun"/> pages.</summary>
/// <param name="Full">Everything, whatever was read before.</param>
/// <param name="Plan">Null until the job has begun.</param>
public sealed record HostSyncInput(SyncKind Kind, Guid CityId, bool Full, SyncPlan? Plan = null, SyncProgress? Progress = null)
{
    /// <summary>Pages after which the orchestration starts over with an empty journal.</summary>
    public const int PagesPerRun = 50;
}

/// <summary>
/// One sync job of one city: begin, page after page, finish. A page that keeps failing ends the job as failed; what was
/// written stays, and the next run reads it again without rewriting it.
/// </summary>
public static class HostSyncOrchestration
{
    public const string Name = "host_sync";

    /// <summary>The instance that syncs this kind of this city; never two at once.</summary>
    public static string InstanceId(SyncKind kind, string citySlug) => kind switch
    {
        SyncKind.Properties => $"sync-properties-{citySlug}",
        SyncKind.RoomTypes => $"sync-room-types-{citySlug}",
        _ => $"sync-availability-{citySlug}",
    };

    [Function(Name)]
    [Access(Callers.Host)]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<HostSyncInput>()!;
        var plan = input.Plan
            ?? await context.CallActivityAsync<SyncPlan?>(HostSyncActivities.Begin, input, Retries(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        if (plan is null)
        {
            return "unknown_city";
        }

        var retries = Retries(plan.Tries, plan.FirstPause, plan.LongestPause);
        var progress = input.Progress ?? SyncProgress.Start;
        try
        {
            for (var page = 0; !progress.IsAtEnd; page++)
            {
                if (progress.Pages >= plan.MostPages)
                {
                    await context.CallActivityAsync(HostSyncActivities.Fail, new FailedSync(plan, "the Host's list does not end"), retries);
                    return "failed";
                }

                if (page == HostSyncInput.PagesPerRun)
                {
                    context.ContinueAsNew(input with { Plan = plan, Progress = progress });
                    return "continued";
                }

                progress = await context.CallActivityAsync<SyncProgress>(HostSyncActivities.Page, new SyncPageInput(plan, progress), retries);
            }

            await context.CallActivityAsync(HostSyncActivities.Finish, plan, retries);
            return "completed";
        }
        catch (TaskFailedException failure)
        {
            await context.CallActivityAsync(HostSyncActivities.Fail, new FailedSync(plan, HostSyncActivities.Reason(failure)), retries);
            return "failed";
        }
    }

    private static TaskOptions Retries(int tries, TimeSpan first, TimeSpan longest) =>
        TaskOptions.FromRetryPolicy(new RetryPolicy(tries, first, backoffCoefficient: 2, maxRetryInterval: longest));
}
