using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using ReserveConnect.Events;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// <c>dispatch_events</c>: the outbox without a bus, for a developer's machine. A timer, because the durable client is only
/// to be had inside a function. Does nothing where events are relayed.
/// </summary>
public sealed class DispatchEvents(EventDispatcher dispatcher, IOptions<EventOptions> options)
{
    [Function("dispatch_events")]
    [Access(Callers.Host)]
    public async Task Run([TimerTrigger("* * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        if (!options.Value.DispatchInProcess)
        {
            return;
        }

        while (await dispatcher.DispatchAsync(BookingSagas.ForEvents(client), cancellation) > 0)
        {
            // What the handlers appended is dispatched in the same run.
        }
    }
}
