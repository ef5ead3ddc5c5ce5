using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Events;

/// <summary>Hands one event to every handler of its type, wherever it came from.</summary>
public sealed class EventHandling(IServiceScopeFactory scopes)
{
    /// <param name="stored">The event.</param>
    /// <param name="prepare">What the services of this event need before its handlers are made; null for nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task HandleAsync(StoredEvent stored, Action<IServiceProvider>? prepare, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        prepare?.Invoke(scope.ServiceProvider);
        foreach (var handler in scope.ServiceProvider.GetServices<IEventHandler>())
        {
            if (handler.EventTypes.Contains(stored.EventType))
            {
                await handler.HandleAsync(stored, cancellation);
            }
        }
    }
}
