namespace ReserveConnect.Providers.HostConnect;

/// <summary>A record of a list, or a night of a room type, that cannot be read as what the contract says.</summary>
/// <param name="Id">The record's id, of a night its room type's; null where not even that can be read.</param>
/// <param name="PropertyId">The property that it says to belong to.</param>
/// <param name="Night">The night as it was written; null for a record.</param>
/// <param name="Where">What could not be read, as <c>$.cleaning_fee</c>.</param>
public sealed record BrokenRecord(Guid? Id, Guid? PropertyId, string? Night, string? Where);
