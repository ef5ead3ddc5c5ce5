using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Finance;

/// <summary>What a reconciliation is started with, and carries on with after every <see cref="StepsPerRun"/> steps.</summary>
/// <param name="Progress">How far its provider is read; null: not at all.</param>
public sealed record ReconciliationInput(ReconciliationPlan Plan, FetchProgress? Progress = null)
{
    /// <summary>Steps after which the orchestration starts over with an empty journal.</summary>
    public const int StepsPerRun = 50;
}

/// <summary>How long a reconciliation waits for what; read once, so that an orchestration keeps to it.</summary>
public sealed record ReconciliationPauses(TimeSpan Report, int ReportLooks, TimeSpan Balance, int BalanceLooks);

/// <summary>One provider's day: read, compare, look at the balance. What it leaves is in rows: wherever it is stopped it goes on, and a step may run twice.</summary>
public static class ReconciliationOrchestration
{
    public const string Name = "reconciliation";

    private static readonly TaskOptions Patiently = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 6, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1)));

    [Function(Name)]
    [Access(Callers.Host)]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReconciliationInput>()!;
        var plan = input.Plan;
        try
        {
            if (input.Progress is null && !await context.CallActivityAsync<bool>(ReconciliationActivities.Begin, plan, Patiently))
            {
                return "over";
            }

            if (plan.Provider == Reconciled.Books)
            {
                await context.CallActivityAsync(ReconciliationActivities.Books, plan, Patiently);
            }
            else
            {
                var pauses = await context.CallActivityAsync<ReconciliationPauses>(ReconciliationActivities.Pauses, plan, Patiently);
                if (!(plan.Provider == Reconciled.Stripe ? await ReadListsAsync(context, input) : await ReadReportAsync(context, plan, pauses)))
                {
                    return "continued";
                }

                await context.CallActivityAsync(ReconciliationActivities.Compare, plan, Patiently);
                await CompareBalanceAsync(context, plan, pauses);
            }

            await context.CallActivityAsync(ReconciliationActivities.Done, plan, Patiently);
            return "done";
        }
        catch (TaskFailedException failure)
        {
            await context.CallActivityAsync(ReconciliationActivities.Fail, new FailedReconciliation(plan, ReconciliationActivities.Reason(failure)), Patiently);
            return "failed";
        }
    }

    private static async Task<bool> ReadListsAsync(TaskOrchestrationContext context, ReconciliationInput input)
    {
        var progress = input.Progress ?? new FetchProgress();
        for (var step = 0; !progress.IsDone; step++)
        {
            if (step == ReconciliationInput.StepsPerRun)
            {
                context.ContinueAsNew(input with { Progress = progress });
                return false;
            }

            progress = await context.CallActivityAsync<FetchProgress>(ReconciliationActivities.Fetch, new FetchStep(input.Plan, progress), Patiently);
        }

        return true;
    }

    private static async Task<bool> ReadReportAsync(TaskOrchestrationContext context, ReconciliationPlan plan, ReconciliationPauses pauses)
    {
        var before = await context.CallActivityAsync<long>(ReconciliationActivities.OrderReport, plan, Patiently);
        for (var look = 0; !await context.CallActivityAsync<bool>(ReconciliationActivities.ReadReport, new ReportStep(plan, before, look >= pauses.ReportLooks), Patiently); look++)
        {
            await context.CreateTimer(context.CurrentUtcDateTime + pauses.Report, CancellationToken.None);
        }

        return true;
    }

    private static async Task CompareBalanceAsync(TaskOrchestrationContext context, ReconciliationPlan plan, ReconciliationPauses pauses)
    {
        var seen = new BalanceSeen();
        for (var look = 1; ; look++)
        {
            seen = await context.CallActivityAsync<BalanceSeen>(ReconciliationActivities.Balance, new BalanceStep(plan, seen, look >= pauses.BalanceLooks), Patiently);
            if (seen.IsDone)
            {
                return;
            }

            await context.CreateTimer(context.CurrentUtcDateTime + pauses.Balance, CancellationToken.None);
        }
    }
}
