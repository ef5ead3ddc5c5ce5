using System.Text.Json;

namespace ReserveConnect.Events;

/// <summary>One event as stored in <c>reserve.events</c>.</summary>
/// <param name="Payload">Ids and figures, snake_case.</param>
/// <param name="Attempts">How often it was handed out, this time included.</param>
public sealed record StoredEvent(
    Guid Id, string EventType, string AggregateType, Guid AggregateId, JsonElement Payload, DateTimeOffset CreatedAt, int Attempts)
{
    /// <summary>Until when it is nobody else's; what has changed this since was somebody else.</summary>
    public DateTimeOffset LeasedUntil { get; init; }
}

/// <summary>
/// Reacts to events. Each event is handed to every handler of its type at least once, so handling twice must come
/// to the same as handling once. A handler that throws gets the event again, with back-off, until it is dead-lettered.
/// </summary>
public interface IEventHandler
{
    /// <summary>The event types that this handler wants.</summary>
    IReadOnlyCollection<string> EventTypes { get; }

    Task HandleAsync(StoredEvent stored, CancellationToken cancellation);
}
