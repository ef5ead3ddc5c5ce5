using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Inventory;

/// <summary>The whole system, with syncs that try again at once and go in small pages.</summary>
public sealed class InventoryMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Inventory:SyncFirstPause", "00:00:00.010"),
        new("Reserve:Inventory:SyncLongestPause", "00:00:00.020"),
        new("Reserve:Inventory:SyncTries", "3"),
        new("Reserve:Inventory:AvailabilityPageSize", "5"),
        new("Reserve:HostConnect:Retries", "0"),
    ];
}
