using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Operations;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>A page to fetch and write.</summary>
public sealed record SyncPageInput(SyncPlan Plan, SyncProgress Progress);

/// <summary>A job that cannot go on.</summary>
public sealed record FailedSync(SyncPlan Plan, string Reason);

/// <summary>The steps of <see cref="HostSyncOrchestration"/>. Each may run twice.</summary>
public sealed class HostSyncActivities(SyncJobs jobs, HostSync sync)
{
    public const string Begin = "host_sync_begin";
    public const string Page = "host_sync_page";
    public const string Finish = "host_sync_finish";
    public const string Fail = "host_sync_fail";

    [Function(Begin)]
    [Access(Callers.Host)]
    public Task<SyncPlan?> BeginAsync([ActivityTrigger] HostSyncInput input, CancellationToken cancellation) =>
        jobs.BeginAsync(input.Kind, input.CityId, input.Full, cancellation);

    [Function(Page)]
    [Access(Callers.Host)]
    public Task<SyncProgress> PageAsync([ActivityTrigger] SyncPageInput input, CancellationToken cancellation) =>
        sync.PageAsync(input.Plan, input.Progress, cancellation);

    [Function(Finish)]
    [Access(Callers.Host)]
    public Task FinishAsync([ActivityTrigger] SyncPlan plan, CancellationToken cancellation) =>
        sync.FinishAsync(plan, cancellation);

    [Function(Fail)]
    [Access(Callers.Host)]
    public Task FailAsync([ActivityTrigger] FailedSync failed, CancellationToken cancellation) =>
        jobs.FailAsync(failed.Plan, failed.Reason, cancellation);

    /// <summary>What staff may read of a failure: the Host's part of it, else only its kind.</summary>
    public static string Reason(TaskFailedException failure) => StepFailure.ReasonOf<HostSyncException>(failure, HostSyncException.Opening);
}
