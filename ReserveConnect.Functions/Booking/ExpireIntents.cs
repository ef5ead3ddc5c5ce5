using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Reporting;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>expire_intents</c>: every minute, the safety net under the sagas, and the figures that tell whether it is needed.</summary>
public sealed class ExpireIntents(IntentWatch watch, BusinessFigures figures)
{
    [Function("expire_intents")]
    [Access(Callers.Host)]
    public async Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        await watch.RunAsync(client, cancellation);
        await figures.RecordAsync(cancellation);
    }
}
