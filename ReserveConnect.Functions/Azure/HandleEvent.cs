using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Events;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// <c>handle_event</c>: an event of the outbox that the bus brings. A handler's failure goes back to the outbox; a message
/// that names no event, or that finds no database, the bus brings again, and after its last delivery keeps as a dead letter.
/// </summary>
public sealed class HandleEvent(RelayedEvents events)
{
    [Function("handle_event")]
    [Access(Callers.Host)]
    public async Task Run(
        [ServiceBusTrigger(ServiceBusOptions.Topic, ServiceBusOptions.Subscription, Connection = ServiceBusOptions.Connection)] string message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var relayed = JsonSerializer.Deserialize<RelayedEvent>(message, EventJson.Options);
        if (relayed is null || relayed.EventId == Guid.Empty)
        {
            throw new FormatException("the message names no event");
        }

        await events.HandleAsync(relayed.EventId, BookingSagas.ForEvents(client), cancellation);
    }
}
