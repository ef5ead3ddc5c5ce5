using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Idempotency;

namespace ReserveConnect.Functions.Idempotency;

/// <summary><c>forget_answers</c>: hourly, what was answered under Idempotency-Keys that mean nothing any more.</summary>
public sealed class ForgetAnswers(AnsweredRequests answered)
{
    [Function("forget_answers")]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("0 20 * * * *")] TimerInfo timer, CancellationToken cancellation) => answered.ClearAsync(cancellation);
}
