using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;

namespace ReserveConnect.Functions.Payments;

/// <summary>The saga's last step for a charge that could be neither closed nor asked for: from here another saga watches it.</summary>
public sealed class WatchCharge(BookingSagas sagas)
{
    [Function("watch_charge")]
    [Access(Callers.Host)]
    public Task Run([ActivityTrigger] Guid attemptId, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        sagas.Through(client).TakeLatePaymentAsync(attemptId, cancellation);
}
