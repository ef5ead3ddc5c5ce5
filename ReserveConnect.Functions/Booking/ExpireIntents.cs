using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>expire_intents</c>: every minute, the safety net under the sagas.</summary>
public sealed class ExpireIntents(IntentWatch watch)
{
    [Function("expire_intents")]
    public Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        watch.RunAsync(client, cancellation);
}
