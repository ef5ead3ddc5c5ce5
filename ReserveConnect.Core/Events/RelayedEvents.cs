using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Events;

/// <summary>Handles what the bus brings back.</summary>
public sealed class RelayedEvents(EventQueue queue, EventHandling handling, IOptions<EventOptions> options, ILogger<RelayedEvents> log)
{
    /// <summary>
    /// Handles an event unless it was handled before. A handler that fails has the event published again after its back-off,
    /// as it comes again without a bus; the bus, which would bring it again at once, hears nothing of it.
    /// </summary>
    /// <param name="id">The event; its row is what counts, not what the bus says of it.</param>
    /// <param name="prepare">What the services of the event need before its handlers are made.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the event does not wait (any more), or failed.</returns>
    /// <exception cref="Npgsql.NpgsqlException">The database does not answer: the bus has to bring the event again.</exception>
    public async Task<bool> HandleAsync(Guid id, EventPreparation? prepare, CancellationToken cancellation)
    {
        if (await queue.TakeUpAsync(id, options.Value.RelayLease, cancellation) is not { } stored)
        {
            log.LogInformation("Event {EventId} was brought and does not wait", id);
            return false;
        }

        try
        {
            await handling.HandleAsync(stored, prepare, cancellation);
        }
        catch (Exception reason) when (reason is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            await queue.MarkFailedAsync(stored, reason, CancellationToken.None);
            return false;
        }

        await queue.MarkDoneAsync([id], CancellationToken.None);
        return true;
    }
}
