using System.Text.Json;
using Microsoft.Extensions.Options;
using ReserveConnect.Events;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Inventory.Search;

/// <summary>Brings the index up to date with an event that changes a night; twice comes to the same as once.</summary>
internal sealed class IndexRefresher(AvailabilityIndex index, IOptions<InventoryOptions> options)
{
    /// <param name="eventType">One of those that <see cref="IndexFollower"/> follows.</param>
    /// <param name="payload">The event's payload.</param>
    /// <param name="cancellation">Ends the reading of the nights.</param>
    public Task RefreshAsync(string eventType, JsonElement payload, CancellationToken cancellation) => eventType == InventoryChanged.EventType
        ? ChangedAsync(payload.Deserialize<InventoryChanged>(EventJson.Options)!, cancellation)
        : StayAsync(payload.Deserialize<Stay>(EventJson.Options)!, cancellation);

    private Task StayAsync(Stay stay, CancellationToken ct) => index.RefreshAsync([stay.UnitId], stay.CheckIn, stay.CheckOut, ct);

    private async Task ChangedAsync(InventoryChanged changed, CancellationToken ct)
    {
        if (changed.Catalogue)
        {
            index.MarkCatalogueStale(changed.CityId);
        }

        if (changed is not { From: { } from, To: { } to })
        {
            return;
        }

        if ((long)changed.UnitIds.Count * (to.DayNumber - from.DayNumber) > options.Value.IndexNightsPerEvent)
        {
            index.MarkStale(changed.CityId);
            return;
        }

        await index.RefreshAsync(changed.UnitIds, from, to, ct);
    }

    private sealed record Stay(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut);
}
