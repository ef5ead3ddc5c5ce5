using ReserveConnect.Events;

namespace ReserveConnect.Booking.Modifications;

/// <summary><c>booking.modification_ended</c>: an unpaid change ended with its booking; its saga closes what is open at a provider.</summary>
public sealed class ModificationEnded(IBookingSagas sagas) : IEventHandler
{
    internal const string EventType = "booking.modification_ended";

    public IReadOnlyCollection<string> EventTypes { get; } = [EventType];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return sagas.WakeAsync(stored.AggregateId, cancellation);
    }
}
