using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A record of the Host, or a night of it, that was not taken over.</summary>
/// <param name="HostId">As the Host knows it, of a night its room type; empty where it cannot be read.</param>
/// <param name="Reason">Stable code.</param>
/// <param name="HostPropertyId">The property it says to belong to, where it says so.</param>
/// <param name="Night">As it was written; null for a record.</param>
/// <param name="Detail">Where in the record.</param>
internal sealed record RefusedRecord(
    Guid HostId, string Reason, Guid? HostPropertyId = null, string? Night = null, string? Detail = null)
{
    public const string Unreadable = "unreadable";

    /// <summary>
    /// Reasons by which nothing of a property falls behind: a night beyond the calendar, what is said twice, and what belongs
    /// to nothing that is here.
    /// </summary>
    public static readonly string[] Harmless = ["duplicate", "night_out_of_range", "unknown_room_type", "unknown_property"];

    public static IEnumerable<RefusedRecord> Of(IEnumerable<BrokenRecord> broken, SyncKind kind) =>
        broken.Select(b => new RefusedRecord(
            b.Id ?? Guid.Empty, Unreadable, kind == SyncKind.Properties ? b.Id : b.PropertyId, Storable(b.Night), Storable(b.Where)));

    // What could not be read may hold what no table takes.
    private static string? Storable(string? text) =>
        text is null ? null : string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
