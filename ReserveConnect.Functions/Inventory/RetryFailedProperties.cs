using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary><c>retry_failed_properties</c>: every minute, asks the Host for those alone of which something was refused and whose time has come.</summary>
public sealed class RetryFailedProperties(PropertyRetries retries)
{
    [Function("retry_failed_properties")]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("15 * * * * *")] TimerInfo timer, CancellationToken cancellation) => retries.RunAsync(cancellation);
}
