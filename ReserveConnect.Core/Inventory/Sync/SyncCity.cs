namespace ReserveConnect.Inventory.Sync;

/// <summary>A city as far as the sync needs it.</summary>
/// <param name="Slug">Also its code at the Host.</param>
public sealed record SyncCity(Guid Id, string Slug, string TimeZone, string Currency);
