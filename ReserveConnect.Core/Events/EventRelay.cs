using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Events;

/// <summary>Takes events to a bus that brings them back to be handled, at least once each.</summary>
public interface IEventPublisher
{
    /// <summary>Returns when the bus has all of them; throws when it may not have some.</summary>
    Task PublishAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellation);
}

/// <summary>
/// Relays the outbox to a bus. An event that the bus has is leased for as long as the bus may take to have it handled; one
/// that is not handled by then is published again, and after too many times set aside.
/// </summary>
public sealed class EventRelay(
    EventQueue queue, IEventPublisher bus, EventBell bell, TimeProvider clock, IOptions<EventOptions> options, ILogger<EventRelay> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.DispatchInProcess
        ? Task.CompletedTask
        : new OutboxLoop(bell, clock, options.Value, log)
            .RunAsync(EventLanes.All, async cancellation => await RelayAsync(cancellation) == options.Value.BatchSize, stoppingToken);

    /// <summary>Takes one batch to the bus.</summary>
    /// <returns>How many events were taken.</returns>
    public async Task<int> RelayAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // Not to be cancelled half way: what is taken and not known to be taken would wait for nothing.
        var taken = await queue.TakeAsync(EventLanes.All, options.Value.BatchSize, options.Value.Lease, CancellationToken.None);
        var spent = taken.Where(e => e.Attempts > options.Value.MaxAttempts).ToList();
        List<StoredEvent> going = [.. taken.Except(spent)];
        if (going.Count > 0)
        {
            await PublishAsync(going, cancellation);
        }

        foreach (var stored in spent)
        {
            await queue.MarkFailedAsync(stored, new EventNotHandledException(), CancellationToken.None);
        }

        return taken.Count;
    }

    private async Task PublishAsync(List<StoredEvent> going, CancellationToken cancellation)
    {
        try
        {
            await bus.PublishAsync(going, cancellation);
        }
        catch
        {
            // What the bus has of them is handled twice at worst. Neither its outage nor a stop of this host uses up their attempts.
            await queue.GiveBackAsync(going, options.Value.FirstBackoff, CancellationToken.None);
            throw;
        }

        // Only now: a relay that dies before this has its events published again soon, not when the bus's time is over.
        await queue.ExtendAsync(going, options.Value.RelayLease, CancellationToken.None);
    }
}

/// <summary>The bus had the event as often as it may, and nobody handled it.</summary>
public sealed class EventNotHandledException() : Exception("the event was published as often as it may be and never handled");
