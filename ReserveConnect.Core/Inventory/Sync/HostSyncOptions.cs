using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Inventory.Sync;

/// <summary>Section <c>Reserve:HostSync</c>: what becomes of what the Host says wrong, or by webhook.</summary>
public sealed class HostSyncOptions
{
    public const string Section = "Reserve:HostSync";

    /// <summary>How long after the Host has last confirmed a city what is shown of it counts as stale.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>When a property of which something was refused is asked for alone for the first time; doubles with each try.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryFirstPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest pause between two such tries.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryLongestPause { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Properties asked for alone in one minute; the others wait for the next.</summary>
    [Range(1, 1_000)]
    public int RetriesPerRun { get; set; } = 20;

    /// <summary>Refused records listed of a city; further ones are counted in the job and named in the log.</summary>
    [Range(1, 1_000_000)]
    public int MostRefusals { get; set; } = 10_000;

    /// <summary>How long a refused record stays listed after it was taken over.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RefusalsKept { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Pages that a webhook makes us read; a longer list is left to the next job.</summary>
    [Range(1, 10_000)]
    public int WebhookPages { get; set; } = 50;

    /// <summary>How long a webhook's question to the Host may take, its turn included; then it is asked again later.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:45", ParseLimitsInInvariantCulture = true)]
    public TimeSpan WebhookPatience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>New properties that a webhook makes us read alone; more are left to the next job, which reads the whole city.</summary>
    [Range(0, 1_000)]
    public int WebhookProperties { get; set; } = 20;

    /// <summary>How old a webhook's time stamp may be (contract: 300 s).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>By when somebody must have looked at a booking of ours that the Host changed or cancelled.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan BookingChangedDue { get; set; } = TimeSpan.FromHours(1);
}
