using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Events;

/// <summary>What the services of an event need before its handlers are made.</summary>
public delegate void EventPreparation(IServiceProvider services);

/// <summary>Hands one event to every handler of its type, wherever it came from.</summary>
public sealed class EventHandling(IServiceScopeFactory scopes, EventPreparation? usual = null)
{
    /// <param name="stored">The event.</param>
    /// <param name="prepare">What the services of this event need before its handlers are made; null for the usual.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task HandleAsync(StoredEvent stored, EventPreparation? prepare, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        (prepare ?? usual)?.Invoke(scope.ServiceProvider);
        foreach (var handler in scope.ServiceProvider.GetServices<IEventHandler>())
        {
            if (handler.EventTypes.Contains(stored.EventType))
            {
                await handler.HandleAsync(stored, cancellation);
            }
        }
    }
}
