using Microsoft.Azure.Functions.Worker;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>expire_intents</c>: every minute, the safety net under the sagas.</summary>
public sealed class ExpireIntents(IntentWatch watch)
{
    [Function("expire_intents")]
    public Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellation) => watch.RunAsync(cancellation);
}
