namespace ReserveConnect.Inventory.Sync;

/// <summary>What one sync job is about to read; made once, at its start.</summary>
/// <param name="JobId">The row in <c>sync_jobs</c>.</param>
/// <param name="CitySlug">The city's code at the Host.</param>
/// <param name="SinceVersion">Only what changed after this version of the Host; null: everything.</param>
/// <param name="From">First night, local date of the city.</param>
/// <param name="To">Day after the last night.</param>
/// <param name="Tries">How often a page is tried.</param>
/// <param name="FirstPause">Before the second try; doubles.</param>
/// <param name="LongestPause">Between two tries.</param>
/// <param name="MostPages">After so many pages the list is taken for endless.</param>
public sealed record SyncPlan(
    Guid JobId,
    SyncKind Kind,
    Guid CityId,
    string CitySlug,
    long? SinceVersion,
    DateOnly From,
    DateOnly To,
    int Tries,
    TimeSpan FirstPause,
    TimeSpan LongestPause,
    int MostPages);

/// <summary>How far a sync job has come; handed from page to page.</summary>
/// <param name="Cursor">Of the next page; null before the first and after the last.</param>
/// <param name="Version">The Host's version that the list stands for.</param>
/// <param name="Processed">Records taken over.</param>
/// <param name="Failed">Records refused.</param>
public sealed record SyncProgress(int Pages, string? Cursor, long Version, int Processed, int Failed)
{
    /// <summary>Before the first page.</summary>
    public static SyncProgress Start { get; } = new(0, null, 0, 0, 0);

    /// <summary>Whether the last page has been read.</summary>
    public bool IsAtEnd => Pages > 0 && Cursor is null;
}

/// <summary>What became of one page.</summary>
/// <param name="Seen">Records that were taken over, of nights their room types.</param>
/// <param name="Nights">Nights that were taken over, by room type; empty for other lists.</param>
/// <param name="Refused">One for each record, or night, that was not.</param>
/// <param name="ChangedUnits">Units of which a night changed.</param>
internal sealed record SyncedPage(
    string? NextCursor,
    long Version,
    int Processed,
    IReadOnlyList<RefusedRecord> Refused,
    IReadOnlyList<Guid> Seen,
    IReadOnlyDictionary<Guid, string[]> Nights,
    IReadOnlyList<Guid> ChangedUnits);

/// <summary>A record of the Host after it was looked at: a row to write, or why there is none.</summary>
internal readonly record struct Checked<T>(T? Row, string? Reason)
    where T : class
{
    public static Checked<T> Refused(string reason) => new(null, reason);
}
