namespace ReserveConnect.Inventory.Search;

/// <summary>Section <c>Reserve:Search</c>.</summary>
public sealed class SearchOptions
{
    public const string Section = "Reserve:Search";

    /// <summary>Whether searches are answered from the index in memory. Off: by SQL alone, with the same answers.</summary>
    public IndexUse Index { get; set; } = IndexUse.On;
}

/// <summary>Whether there is an index in memory.</summary>
public enum IndexUse
{
    /// <summary>Built at the start, kept current, searched.</summary>
    On,

    /// <summary>Not built; every search is a query.</summary>
    Off,
}
