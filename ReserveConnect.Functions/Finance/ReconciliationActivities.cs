using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Operations;

namespace ReserveConnect.Functions.Finance;

/// <summary>Pages to read.</summary>
public sealed record FetchStep(ReconciliationPlan Plan, FetchProgress Progress);

/// <summary>A report to look for.</summary>
/// <param name="Before">Reports up to this id are older than the order.</param>
/// <param name="IsLast">Whether one that is not made by now is none.</param>
public sealed record ReportStep(ReconciliationPlan Plan, long Before, bool IsLast);

/// <summary>A balance to look at.</summary>
/// <param name="Seen">What the looks before have seen.</param>
/// <param name="IsLast">Whether one that does not agree is a finding.</param>
public sealed record BalanceStep(ReconciliationPlan Plan, BalanceSeen Seen, bool IsLast);

/// <summary>A run that cannot go on.</summary>
public sealed record FailedReconciliation(ReconciliationPlan Plan, string Reason);

/// <summary>The steps of <see cref="ReconciliationOrchestration"/>. Each may run twice.</summary>
public sealed class ReconciliationActivities(
    FetchTransactions fetch, CompareTransactions compare, CompareBalance balance, CompareBooks books, EndReconciliation end,
    IOptions<ReconciliationOptions> options)
{
    public const string Begin = "reconciliation_begin";
    public const string Pauses = "reconciliation_pauses";
    public const string Fetch = "reconciliation_fetch";
    public const string OrderReport = "reconciliation_order_report";
    public const string ReadReport = "reconciliation_read_report";
    public const string Compare = "reconciliation_compare";
    public const string Balance = "reconciliation_balance";
    public const string Books = "reconciliation_books";
    public const string Done = "reconciliation_done";
    public const string Fail = "reconciliation_fail";

    [Function(Begin)]
    [Access(Callers.Host)]
    public Task<bool> BeginAsync([ActivityTrigger] ReconciliationPlan plan, CancellationToken cancellation) => fetch.BeginAsync(plan, cancellation);

    [Function(Pauses)]
    [Access(Callers.Host)]
    public Task<ReconciliationPauses> PausesAsync([ActivityTrigger] ReconciliationPlan plan, CancellationToken cancellation)
    {
        var said = options.Value;
        return Task.FromResult(new ReconciliationPauses(
            said.ReportPause, (int)Math.Ceiling(said.ReportPatience / said.ReportPause), said.BalancePause, said.BalanceTries));
    }

    [Function(Fetch)]
    [Access(Callers.Host)]
    public Task<FetchProgress> FetchAsync([ActivityTrigger] FetchStep step, CancellationToken cancellation) =>
        fetch.StripeAsync(step.Plan, step.Progress, cancellation);

    [Function(OrderReport)]
    [Access(Callers.Host)]
    public Task<long> OrderReportAsync([ActivityTrigger] ReconciliationPlan plan, CancellationToken cancellation) => fetch.OrderReportAsync(plan, cancellation);

    [Function(ReadReport)]
    [Access(Callers.Host)]
    public async Task<bool> ReadReportAsync([ActivityTrigger] ReportStep step, CancellationToken cancellation) =>
        await fetch.ReadReportAsync(step.Plan, step.Before, cancellation)
        || (step.IsLast ? throw new ProviderUnreadException("its report is not made in time") : false);

    [Function(Compare)]
    [Access(Callers.Host)]
    public Task CompareAsync([ActivityTrigger] ReconciliationPlan plan, CancellationToken cancellation) => compare.RunAsync(plan, cancellation);

    [Function(Balance)]
    [Access(Callers.Host)]
    public Task<BalanceSeen> BalanceAsync([ActivityTrigger] BalanceStep step, CancellationToken cancellation) =>
        balance.RunAsync(step.Plan, step.Seen, step.IsLast, cancellation);

    [Function(Books)]
    [Access(Callers.Host)]
    public Task BooksAsync([ActivityTrigger] ReconciliationPlan plan, CancellationToken cancellation) => books.RunAsync(plan, cancellation);

    [Function(Done)]
    [Access(Callers.Host)]
    public Task DoneAsync([ActivityTrigger] ReconciliationPlan plan, CancellationToken cancellation) => end.DoneAsync(plan, cancellation);

    [Function(Fail)]
    [Access(Callers.Host)]
    public Task FailAsync([ActivityTrigger] FailedReconciliation failed, CancellationToken cancellation) =>
        end.FailAsync(failed.Plan, failed.Reason, cancellation);

    /// <summary>What staff may read of a failure: the provider's part of it, else only its kind.</summary>
    public static string Reason(TaskFailedException failure) => StepFailure.ReasonOf<ProviderUnreadException>(failure, ProviderUnreadException.Opening);
}
