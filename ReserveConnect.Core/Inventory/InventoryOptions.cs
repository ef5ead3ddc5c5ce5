using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Inventory;

/// <summary>Section <c>Reserve:Inventory</c>.</summary>
public sealed class InventoryOptions
{
    public const string Section = "Reserve:Inventory";

    /// <summary>How far ahead nights are fetched from the Host, in days from today in the city.</summary>
    [Range(1, 399)]
    public int CalendarDays { get; set; } = 365;

    /// <summary>Local hour of the city after which the day's first sync reads everything, not only changes.</summary>
    [Range(0, 23)]
    public int FullSyncHour { get; set; } = 3;

    /// <summary>Properties or room types asked for in one page.</summary>
    [Range(1, 500)]
    public int CataloguePageSize { get; set; } = 200;

    /// <summary>Room types whose nights are asked for in one page; 100 with a year of nights each are some 6 MB of JSON.</summary>
    [Range(1, 500)]
    public int AvailabilityPageSize { get; set; } = 100;

    /// <summary>How often one page is tried before the sync job fails.</summary>
    [Range(1, 20)]
    public int SyncTries { get; set; } = 4;

    /// <summary>Pause before a page's second try; it doubles with each further one.</summary>
    public TimeSpan SyncFirstPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause between two tries of a page.</summary>
    public TimeSpan SyncLongestPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Pages of one job; a Host that never ends its list does not keep a job for ever.</summary>
    [Range(1, 1_000_000)]
    public int MostPages { get; set; } = 20_000;

    /// <summary>
    /// Share of a city's properties or units that may be missing from a full list. More than that is taken for a
    /// fault of the Host, and nothing is deactivated.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MostMissing { get; set; } = 0.5;

    /// <summary>How long a booking of a unit keeps a difference of its counts from being raised: both systems are still moving.</summary>
    public TimeSpan CountsGrace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>By when somebody must have looked at counts that differ, or at nights sold beyond the allotment.</summary>
    public TimeSpan CountsDue { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Longest description in characters; a record with a longer one is refused.</summary>
    [Range(1, 1_000_000)]
    public int LongestDescription { get; set; } = 20_000;

    /// <summary>Images and amenities kept of a record; further ones are dropped.</summary>
    [Range(1, 1_000)]
    public int MostListed { get; set; } = 100;

    /// <summary>Days that the search index holds from today on.</summary>
    [Range(1, 1_000)]
    public int IndexDays { get; set; } = 400;

    /// <summary>How often the index is looked after: a new day, a city to be read again.</summary>
    public TimeSpan IndexRound { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Longest pause between two readings of a whole city. A small city is read again sooner: the pause is four times
    /// what the last reading took.
    /// </summary>
    public TimeSpan IndexRebuildPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Nights of one event that are read again by themselves, counted as units by days; more, and the whole city is. A page of
    /// the Host's calendar, 100 units of a year, is within it.
    /// </summary>
    [Range(1, 10_000_000)]
    public int IndexNightsPerEvent { get; set; } = 50_000;
}
