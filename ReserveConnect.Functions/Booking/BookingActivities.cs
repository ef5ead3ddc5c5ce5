using Confirm = ReserveConnect.Booking.ConfirmBooking;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Booking;

/// <summary>The saga's steps at the Host; each may run twice and comes to the same.</summary>
public sealed class BookingActivities(CommitAtHost host, HostFailure failure, LookForHost look, UndoAtHost undo, Confirm confirm)
{
    [Function("commit_at_host")]
    [Access(Callers.Host)]
    public Task<HostCommitResult> CommitAtHost([ActivityTrigger] HostTry input, CancellationToken cancellation) =>
        host.RunAsync(input.IntentId, input.Attempt, cancellation);

    [Function("confirm_booking")]
    [Access(Callers.Host)]
    public Task<string?> ConfirmBooking([ActivityTrigger] HostYes input, CancellationToken cancellation) =>
        confirm.RunAsync(input.IntentId, input.HostBookingId, input.Actor, cancellation);

    [Function("record_host_failure")]
    [Access(Callers.Host)]
    public Task<DateTimeOffset> RecordHostFailure([ActivityTrigger] HostNo input, CancellationToken cancellation) =>
        failure.RecordAsync(input.IntentId, input.Reason, input.IsNo, cancellation);

    [Function("read_host_decision")]
    [Access(Callers.Host)]
    public Task<HostFailureDecision?> ReadHostDecision([ActivityTrigger] Guid intentId, CancellationToken cancellation) =>
        failure.DecisionAsync(intentId, cancellation);

    [Function("look_for_host")]
    [Access(Callers.Host)]
    public Task<DateTimeOffset?> LookForHost([ActivityTrigger] Guid intentId, CancellationToken cancellation) => look.RunAsync(intentId, cancellation);

    [Function("close_host_decision")]
    [Access(Callers.Host)]
    public Task<HostFailureDecision?> CloseHostDecision([ActivityTrigger] Guid intentId, CancellationToken cancellation) =>
        failure.CloseDecisionAsync(intentId, cancellation);

    [Function("drop_host_decision")]
    [Access(Callers.Host)]
    public Task DropHostDecision([ActivityTrigger] DroppedDecision input, CancellationToken cancellation) =>
        failure.DropDecisionAsync(input.ExceptionId, input.DecidedAt, input.Reason, cancellation);

    [Function("retry_host_commit")]
    [Access(Callers.Host)]
    public Task RetryHostCommit([ActivityTrigger] AgentOrder input, CancellationToken cancellation) =>
        failure.RetryAsync(input.IntentId, input.Actor, cancellation);

    [Function("settle_at_host")]
    [Access(Callers.Host)]
    public Task<HostCommitResult> SettleAtHost([ActivityTrigger] Guid intentId, CancellationToken cancellation) =>
        host.SettleAsync(intentId, cancellation);

    [Function("compensate")]
    [Access(Callers.Host)]
    public Task Compensate([ActivityTrigger] Compensation input, CancellationToken cancellation) =>
        failure.CompensateAsync(input.IntentId, input.Actor, input.Reason, input.HostIsSettled, cancellation);

    [Function("replace_at_host")]
    [Access(Callers.Host)]
    public Task ReplaceAtHost([ActivityTrigger] HostYes input, CancellationToken cancellation) =>
        undo.ReplaceAsync(input.IntentId, input.HostBookingId, cancellation);

    [Function("undo_at_host")]
    [Access(Callers.Host)]
    public Task<CompensationStep> UndoAtHost([ActivityTrigger] HostTry input, CancellationToken cancellation) =>
        undo.RunAsync(input.IntentId, input.Attempt, cancellation);
}
