using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Booking;

/// <summary>The steps of a cancellation; each may run twice and comes to the same.</summary>
public sealed class CancellationActivities(CancelAtHost host, SettleCancellation settle)
{
    [Function("cancel_at_host")]
    [Access(Callers.Host)]
    public Task<HostLetGoStep> CancelAtHost([ActivityTrigger] CancelTry input, CancellationToken cancellation) =>
        host.RunAsync(input.CancellationId, input.Attempt, cancellation);

    [Function("move_cancelled_money")]
    [Access(Callers.Host)]
    public Task MoveMoney([ActivityTrigger] Guid cancellationId, CancellationToken cancellation) =>
        settle.MoveMoneyAsync(cancellationId, cancellation);

    [Function("finish_cancellation")]
    [Access(Callers.Host)]
    public Task<bool> Finish([ActivityTrigger] Guid cancellationId, CancellationToken cancellation) =>
        settle.FinishAsync(cancellationId, cancellation);
}
