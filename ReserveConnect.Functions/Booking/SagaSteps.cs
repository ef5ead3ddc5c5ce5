using Microsoft.DurableTask;
using ReserveConnect.Booking;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Booking;

/// <summary>Steps 4 to 6 of the booking saga, for money in time and for money that came late: commit, confirm, compensate.</summary>
internal static class SagaSteps
{
    /// <summary>
    /// Activities are idempotent: one that fails for a passing reason (a database that restarts) is run again. When even
    /// that does not help, the saga fails and the minute timer starts it anew from its rows.
    /// </summary>
    public static readonly TaskOptions Patiently = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 8, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1)));

    // Money that paid for the booking went back by hand before it was confirmed.
    private const string NotPaid = "not_paid";

    /// <summary>Waits for a wake-up, at most until an instant. What was raised before the wait counts.</summary>
    public static async Task WaitAsync(TaskOrchestrationContext context, DateTimeOffset until)
    {
        using var stop = new CancellationTokenSource();
        var raised = context.WaitForExternalEvent<bool>(BookingSaga.Wake, stop.Token);
        var timer = context.CreateTimer(until.UtcDateTime, stop.Token);
        await await Task.WhenAny(raised, timer);
        // The one that lost must not take what comes later. (CancelAsync would leave the orchestrator's thread.)
        stop.Cancel();
    }

    /// <summary>Goes on from where the rows are until nothing is left to do.</summary>
    /// <returns>How it ended: a confirmation code or the intent's final status.</returns>
    public static async Task<string> FinishAsync(TaskOrchestrationContext context, Guid intentId, PaymentStep step)
    {
        while (true)
        {
            switch (step.Next)
            {
                case NextStep.CommitAtHost:
                    step = await CommitAsync(context, intentId);
                    break;
                case NextStep.DecideOnHostFailure:
                    step = await DecideAsync(context, intentId);
                    break;
                case NextStep.Refund:
                    step = await context.CallActivityAsync<PaymentStep>("refund_payment", intentId, Patiently);
                    break;
                case NextStep.Wait:
                    await WaitAsync(context, step.WakeAt!.Value);
                    step = new(NextStep.Refund);
                    break;
                case NextStep.WatchCharge:
                    await context.CallActivityAsync("watch_charge", step.AttemptId!.Value, Patiently);
                    return "watching";
                default:
                    return step.Outcome ?? "closed";
            }
        }
    }

    private static async Task<PaymentStep> CommitAsync(TaskOrchestrationContext context, Guid intentId)
    {
        HostCommitResult commit;
        for (var attempt = 1; ;)
        {
            commit = await context.CallActivityAsync<HostCommitResult>("commit_at_host", new HostTry(intentId, attempt), Patiently);
            if (commit.RetryAt is not { } retryAt)
            {
                break;
            }

            await context.CreateTimer(retryAt.UtcDateTime, CancellationToken.None);
            attempt += commit.IsQueued ? 0 : 1;
        }

        if (commit.Answer == HostAnswer.Booked)
        {
            var (code, refusal) = await ConfirmAsync(context, intentId, commit.HostBookingId!.Value, "system");
            return code is not null ? new(NextStep.Close, Outcome: code)
                : refusal == NotPaid ? await GiveBackAsync(context, intentId, "system", hostIsSettled: false, NotPaid)
                : new(NextStep.DecideOnHostFailure);
        }

        await context.CallActivityAsync<DateTimeOffset>("record_host_failure", new HostNo(intentId, commit.Reason ?? "unknown"), Patiently);
        return new(NextStep.DecideOnHostFailure);
    }

    // Returns the confirmation code, or why there is none.
    private static async Task<(string? Code, string? Refusal)> ConfirmAsync(TaskOrchestrationContext context, Guid intentId, Guid hostBookingId, string actor)
    {
        for (var attempt = 1; ; attempt++)
        {
            var capture = await context.CallActivityAsync<CaptureStep>("capture_payment", new HostTry(intentId, attempt), Patiently);
            if (capture.Result == CaptureResult.Done)
            {
                var code = await context.CallActivityAsync<string?>("confirm_booking", new HostYes(intentId, hostBookingId, actor), Patiently);
                return (code, code is null ? NotPaid : null);
            }

            if (capture.Result == CaptureResult.Refused)
            {
                await context.CallActivityAsync<DateTimeOffset>("record_host_failure", new HostNo(intentId, "capture_refused"), Patiently);
                return (null, "capture_refused");
            }

            await WaitAsync(context, capture.RetryAt!.Value);
        }
    }

    // A person may decide until the deadline; without one the money goes back by itself.
    private static async Task<PaymentStep> DecideAsync(TaskOrchestrationContext context, Guid intentId)
    {
        var due = await context.CallActivityAsync<DateTimeOffset>("record_host_failure", new HostNo(intentId, "unknown"), Patiently);
        HostFailureDecision? decision;
        // The decision stands in the row of this failure's own exception: what was decided on another is none on this.
        while ((decision = await context.CallActivityAsync<HostFailureDecision?>("read_host_decision", intentId, Patiently)) is null && context.CurrentUtcDateTime < due.UtcDateTime)
        {
            await WaitAsync(context, due);
        }

        decision ??= await context.CallActivityAsync<HostFailureDecision?>("close_host_decision", intentId, Patiently);
        switch (decision?.Action)
        {
            case "retry":
                await context.CallActivityAsync("retry_host_commit", new AgentOrder(intentId, decision.Actor), Patiently);
                return new(NextStep.CommitAtHost);
            case "override" when decision.HostBookingId is { } byHand:
                await context.CallActivityAsync("replace_at_host", new HostYes(intentId, byHand, decision.Actor), Patiently);
                var (code, refusal) = await ConfirmAsync(context, intentId, byHand, decision.Actor);
                if (code is not null)
                {
                    return new(NextStep.Close, Outcome: code);
                }

                // Not paid any more: whoever booked at the Host by hand has to undo that before the rest goes back.
                await context.CallActivityAsync("drop_host_decision", new DroppedDecision(decision.ExceptionId, decision.DecidedAt, refusal!), Patiently);
                return new(NextStep.DecideOnHostFailure);
            default:
                return await CompensateAsync(context, intentId, decision?.Actor ?? "system");
        }
    }

    private static async Task<PaymentStep> CompensateAsync(TaskOrchestrationContext context, Guid intentId, string actor)
    {
        var host = await context.CallActivityAsync<HostCommitResult>("settle_at_host", intentId, Patiently);
        if (host.Answer == HostAnswer.Booked)
        {
            // Its answer was lost, the booking was not: better for the guest than a refund.
            var (code, refusal) = await ConfirmAsync(context, intentId, host.HostBookingId!.Value, actor);
            return code is not null
                ? new(NextStep.Close, Outcome: code)
                : await GiveBackAsync(context, intentId, actor, hostIsSettled: false, refusal!);
        }

        return await GiveBackAsync(context, intentId, actor, hostIsSettled: host.Answer == HostAnswer.Refused);
    }

    private static async Task<PaymentStep> GiveBackAsync(TaskOrchestrationContext context, Guid intentId, string actor, bool hostIsSettled, string reason = Compensation.HostFailed)
    {
        await context.CallActivityAsync("compensate", new Compensation(intentId, actor, hostIsSettled, reason), Patiently);
        var refund = await context.CallActivityAsync<PaymentStep>("refund_payment", intentId, Patiently);
        // The guest comes first; the Host is freed when it answers again.
        for (var attempt = 1; !hostIsSettled; attempt++)
        {
            var undo = await context.CallActivityAsync<CompensationStep>("undo_at_host", new HostTry(intentId, attempt), Patiently);
            if (undo.RetryAt is not { } retryAt)
            {
                break;
            }

            await context.CreateTimer(retryAt.UtcDateTime, CancellationToken.None);
        }

        return refund;
    }
}

/// <summary>A try of a step that is counted.</summary>
public sealed record HostTry(Guid IntentId, int Attempt);

/// <summary>The Host's yes.</summary>
public sealed record HostYes(Guid IntentId, Guid HostBookingId, string Actor);

/// <summary>The Host's no.</summary>
public sealed record HostNo(Guid IntentId, string Reason);

/// <summary>The money goes back; whether the Host has said that nothing stands there.</summary>
public sealed record Compensation(Guid IntentId, string Actor, bool HostIsSettled, string Reason = Compensation.HostFailed)
{
    public const string HostFailed = "host_commit_failed";
}

/// <summary>A decision that could not be carried out.</summary>
public sealed record DroppedDecision(Guid ExceptionId, DateTimeOffset DecidedAt, string Reason);

/// <summary>What somebody ordered.</summary>
public sealed record AgentOrder(Guid IntentId, string Actor);
