using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Payload of the event <c>inventory.changed</c>: what the availability index must read again.</summary>
/// <param name="UnitIds">Units whose nights changed; bounded by the page that changed them.</param>
/// <param name="From">First night that may have changed; null when only the catalogue did.</param>
/// <param name="To">Day after the last.</param>
/// <param name="Catalogue">Names, rate plans or what is sold at all changed: the whole city is read again.</param>
public sealed record InventoryChanged(Guid CityId, IReadOnlyList<Guid> UnitIds, DateOnly? From, DateOnly? To, bool Catalogue)
{
    public const string EventType = "inventory.changed";

    /// <summary>Properties, units or rate plans of a city changed.</summary>
    internal static Task OfCatalogueAsync(UnitOfWork unit, Guid cityId, DateTimeOffset now) =>
        AppendAsync(unit, new InventoryChanged(cityId, [], null, null, true), now);

    /// <summary>Nights of some units changed.</summary>
    internal static Task OfNightsAsync(
        UnitOfWork unit, Guid cityId, IReadOnlyList<Guid> unitIds, DateOnly from, DateOnly to, DateTimeOffset now) =>
        AppendAsync(unit, new InventoryChanged(cityId, unitIds, from, to, false), now);

    private static Task AppendAsync(UnitOfWork unit, InventoryChanged changed, DateTimeOffset now) =>
        Outbox.AppendAsync(unit, EventType, "city", changed.CityId, changed, now);
}
