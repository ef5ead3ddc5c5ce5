using Microsoft.Extensions.Logging;

namespace ReserveConnect.Events;

/// <summary>Handles what the bus brings back.</summary>
public sealed class RelayedEvents(EventQueue queue, EventHandling handling, ILogger<RelayedEvents> log)
{
    /// <summary>Handles an event unless it was handled before. What it throws, the bus brings again.</summary>
    /// <param name="id">The event; its row is what counts, not what the bus says of it.</param>
    /// <param name="prepare">What the services of the event need before its handlers are made.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the event does not wait (any more).</returns>
    public async Task<bool> HandleAsync(Guid id, Action<IServiceProvider>? prepare, CancellationToken cancellation)
    {
        if (await queue.FindWaitingAsync(id, cancellation) is not { } stored)
        {
            log.LogInformation("Event {EventId} was brought and does not wait", id);
            return false;
        }

        await handling.HandleAsync(stored, prepare, cancellation);
        await queue.MarkDoneAsync([id], cancellation);
        return true;
    }
}
