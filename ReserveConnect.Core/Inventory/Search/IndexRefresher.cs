using System.Text.Json;
using Microsoft.Extensions.Options;
using ReserveConnect.Events;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Inventory.Search;

/// <summary>Brings the index up to date with every event that changes a night.</summary>
internal sealed class IndexRefresher(AvailabilityIndex index, IOptions<InventoryOptions> options) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = ["booking.held", "booking.released", InventoryChanged.EventType];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation) => stored.EventType == InventoryChanged.EventType
        ? ChangedAsync(stored.Payload.Deserialize<InventoryChanged>(EventJson.Options)!, cancellation)
        : StayAsync(stored.Payload.Deserialize<Stay>(EventJson.Options)!, cancellation);

    private Task StayAsync(Stay stay, CancellationToken ct) => index.RefreshAsync(stay.UnitId, stay.CheckIn, stay.CheckOut, ct);

    private async Task ChangedAsync(InventoryChanged changed, CancellationToken ct)
    {
        if (changed.Catalogue || changed.From is null || changed.To is null || changed.UnitIds.Count > options.Value.IndexUnitsPerEvent)
        {
            index.MarkStale(changed.CityId);
            return;
        }

        foreach (var unitId in changed.UnitIds)
        {
            await index.RefreshAsync(unitId, changed.From.Value, changed.To.Value, ct);
        }
    }

    private sealed record Stay(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut);
}
