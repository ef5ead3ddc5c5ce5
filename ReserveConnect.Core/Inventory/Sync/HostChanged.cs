using System.Text.Json;
using Microsoft.Extensions.Logging;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Something changed at the Host. What is taken from the webhook is only that, and up to which version: everything that
/// changed up to there is read from the Host, unless it is here already. So it does no harm late, twice or out of order.
/// </summary>
public sealed class HostChanged(SyncJobs jobs, HostCatchUp catchUp, HostBookingChanged bookings, ILogger<HostChanged> log) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [HostChange.EventType];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        var change = stored.Payload.Deserialize<HostChange>(EventJson.Options)!;
        if (change.Type == HostChange.Booking)
        {
            await bookings.HandleAsync(change, cancellation);
            return;
        }

        if ((await jobs.CitiesAsync(cancellation)).FirstOrDefault(city => city.Slug == change.City) is not { } city)
        {
            log.LogWarning("The Host reported a change in a city that is not sold");
            return;
        }

        // A room type can overtake the property that it belongs to.
        SyncKind[] kinds = change.Type switch
        {
            HostChange.Property => [SyncKind.Properties],
            HostChange.RoomType => [SyncKind.Properties, SyncKind.RoomTypes],
            HostChange.Availability => [SyncKind.Availability],
            _ => [],
        };
        foreach (var kind in kinds)
        {
            await catchUp.RunAsync(city, kind, change.Version, cancellation);
        }

        if (kinds.Contains(SyncKind.Properties))
        {
            await catchUp.ReadNewcomersAsync(city, cancellation);
        }
    }
}
