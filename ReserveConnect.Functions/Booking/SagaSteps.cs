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

    // Money that paid for the booking went back by hand before it was confirmed, or its guest has left.
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

            if (commit.IsQueued)
            {
                // Its guest may leave meanwhile.
                await WaitAsync(context, retryAt);
                continue;
            }

            await context.CreateTimer(retryAt.UtcDateTime, CancellationToken.None);
            attempt++;
        }

        if (commit.GuestLeft)
        {
            return await CompensateAsync(context, intentId, "guest");
        }

        if (commit.Answer == HostAnswer.Booked)
        {
            var (step, refusal) = await ConfirmAsync(context, intentId, commit, "system");
            return step is not null ? step
                : refusal == NotPaid ? await GiveBackAsync(context, intentId, "system", hostIsSettled: false, NotPaid)
                : new(NextStep.DecideOnHostFailure);
        }

        await context.CallActivityAsync<DateTimeOffset>(
            "record_host_failure", new HostNo(intentId, commit.Reason ?? "unknown", commit.Answer == HostAnswer.Refused), Patiently);
        return new(NextStep.DecideOnHostFailure);
    }

    // Returns the step after it, or why the booking could not be confirmed.
    private static async Task<(PaymentStep? Step, string? Refusal)> ConfirmAsync(TaskOrchestrationContext context, Guid intentId, HostCommitResult host, string actor)
    {
        for (var attempt = 1; ; attempt++)
        {
            var capture = await context.CallActivityAsync<CaptureStep>("capture_payment", new HostTry(intentId, attempt), Patiently);
            if (capture.Result == CaptureResult.Done)
            {
                var code = await context.CallActivityAsync<string?>("confirm_booking", new HostYes(intentId, host.HostBookingId!.Value, actor), Patiently);
                return code is null ? (null, NotPaid) : (new(host.OwesRefund ? NextStep.Refund : NextStep.Close, Outcome: code), null);
            }

            if (capture.Result == CaptureResult.Refused)
            {
                await context.CallActivityAsync<DateTimeOffset>("record_host_failure", new HostNo(intentId, "capture_refused", IsNo: true), Patiently);
                return (null, "capture_refused");
            }

            await WaitAsync(context, capture.RetryAt!.Value);
        }
    }

    // A person may decide until the deadline; without one a Host that was silent is asked again when it is back, or the money goes
    // back by itself.
    private static async Task<PaymentStep> DecideAsync(TaskOrchestrationContext context, Guid intentId)
    {
        var due = await context.CallActivityAsync<DateTimeOffset>("record_host_failure", new HostNo(intentId, "unknown"), Patiently);
        HostFailureDecision? decision;
        // The decision stands in the row of this failure's own exception: what was decided on another is none on this.
        while ((decision = await context.CallActivityAsync<HostFailureDecision?>("read_host_decision", intentId, Patiently)) is null && context.CurrentUtcDateTime < due.UtcDateTime)
        {
            var look = await context.CallActivityAsync<DateTimeOffset?>("look_for_host", intentId, Patiently);
            await WaitAsync(context, look is { } at && at < due ? at : due);
        }

        decision ??= await context.CallActivityAsync<HostFailureDecision?>("close_host_decision", intentId, Patiently);
        switch (decision?.Action)
        {
            case HostFailure.Retry:
                await context.CallActivityAsync("retry_host_commit", new AgentOrder(intentId, decision.Actor), Patiently);
                return new(NextStep.CommitAtHost);
            case "override" when decision.HostBookingId is { } byHand:
                await context.CallActivityAsync("replace_at_host", new HostYes(intentId, byHand, decision.Actor), Patiently);
                // Whether money goes back is not asked here: giving back what is not owed is nothing.
                var (confirmed, refusal) = await ConfirmAsync(context, intentId, new(HostAnswer.Booked, byHand, OwesRefund: true), decision.Actor);
                if (confirmed is not null)
                {
                    // A change has left a booking behind there. What is owed to the guest comes first.
                    var owed = await context.CallActivityAsync<PaymentStep>("refund_payment", intentId, Patiently);
                    return await FreeHostAsync(context, intentId, owed);
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
            var (confirmed, refusal) = await ConfirmAsync(context, intentId, host, actor);
            return confirmed ?? await GiveBackAsync(context, intentId, actor, hostIsSettled: false, refusal!);
        }

        return await GiveBackAsync(context, intentId, actor, hostIsSettled: host.Answer == HostAnswer.Refused);
    }

    private static async Task<PaymentStep> GiveBackAsync(TaskOrchestrationContext context, Guid intentId, string actor, bool hostIsSettled, string reason = Compensation.HostFailed)
    {
        await context.CallActivityAsync("compensate", new Compensation(intentId, actor, hostIsSettled, reason), Patiently);
        var refund = await context.CallActivityAsync<PaymentStep>("refund_payment", intentId, Patiently);
        // The guest comes first; the Host is freed when it answers again.
        return hostIsSettled ? refund : await FreeHostAsync(context, intentId, refund);
    }

    // A refund that takes longer does not wait for the Host.
    private static async Task<PaymentStep> FreeHostAsync(TaskOrchestrationContext context, Guid intentId, PaymentStep refund)
    {
        for (var attempt = 1; ; attempt++)
        {
            var undo = await context.CallActivityAsync<CompensationStep>("undo_at_host", new HostTry(intentId, attempt), Patiently);
            if (undo.RetryAt is not { } retryAt)
            {
                return refund;
            }

            await context.CreateTimer(retryAt.UtcDateTime, CancellationToken.None);
            if (refund.Next == NextStep.Wait)
            {
                refund = await context.CallActivityAsync<PaymentStep>("refund_payment", intentId, Patiently);
            }
        }
    }
}

/// <summary>A try of a step that is counted.</summary>
public sealed record HostTry(Guid IntentId, int Attempt);

/// <summary>The Host's yes.</summary>
public sealed record HostYes(Guid IntentId, Guid HostBookingId, string Actor);

/// <summary>The Host's no, or its silence.</summary>
public sealed record HostNo(Guid IntentId, string Reason, bool IsNo = false);

/// <summary>The money goes back; whether the Host has said that nothing stands there.</summary>
public sealed record Compensation(Guid IntentId, string Actor, bool HostIsSettled, string Reason = Compensation.HostFailed)
{
    public const string HostFailed = "host_commit_failed";
}

/// <summary>A decision that could not be carried out.</summary>
public sealed record DroppedDecision(Guid ExceptionId, DateTimeOffset DecidedAt, string Reason);

/// <summary>What somebody ordered.</summary>
public sealed record AgentOrder(Guid IntentId, string Actor);
