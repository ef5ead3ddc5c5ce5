using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Events;

/// <summary>What the services of an event need before its handlers are made.</summary>
public delegate void EventPreparation(IServiceProvider services);

/// <summary>Hands one event to every handler of its type, wherever it came from.</summary>
public sealed class EventHandling(IServiceScopeFactory scopes, EventPreparation? usual = null)
{
    // Which handlers want a type is theirs to say, and is asked once: most events have one handler or none.
    private FrozenDictionary<string, Type[]>? _wanted;

    /// <param name="stored">The event.</param>
    /// <param name="prepare">What the services of this event need before its handlers are made; null for the usual.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task HandleAsync(StoredEvent stored, EventPreparation? prepare, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        (prepare ?? usual)?.Invoke(scope.ServiceProvider);
        var wanted = _wanted ??= Ask(scope.ServiceProvider);
        foreach (var handler in wanted.GetValueOrDefault(stored.EventType, []))
        {
            await ((IEventHandler)scope.ServiceProvider.GetRequiredService(handler)).HandleAsync(stored, cancellation);
        }
    }

    private static FrozenDictionary<string, Type[]> Ask(IServiceProvider services) =>
        services.GetServices<IEventHandler>()
            .SelectMany(handler => handler.EventTypes.Select(type => (Type: type, Handler: handler.GetType())))
            .GroupBy(pair => pair.Type, pair => pair.Handler)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
}

/// <summary>Registers handlers of events.</summary>
public static class EventHandlerRegistration
{
    /// <summary>A handler that is made for each event that it wants.</summary>
    public static void AddEventHandler<T>(this IServiceCollection services)
        where T : class, IEventHandler
    {
        services.AddScoped<T>();
        services.AddScoped<IEventHandler>(provider => provider.GetRequiredService<T>());
    }
}
