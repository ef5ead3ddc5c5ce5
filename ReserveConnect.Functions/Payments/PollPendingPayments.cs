using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Operation = ReserveConnect.Payments.PollPendingPayments;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;

namespace ReserveConnect.Functions.Payments;

/// <summary><c>poll_pending_payments</c>: every minute, the safety net under the providers' webhooks.</summary>
public sealed class PollPendingPayments(Operation poll, BookingSagas sagas)
{
    [Function("poll_pending_payments")]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("45 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        // The operation reaches the sagas through the same scope.
        sagas.Through(client);
        return poll.RunAsync(cancellation);
    }
}
