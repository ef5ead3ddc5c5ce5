using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Idempotency;

/// <summary>Section <c>Reserve:Idempotency</c>: how long an Idempotency-Key means what it meant.</summary>
public sealed class IdempotencyOptions
{
    public const string Section = "Reserve:Idempotency";

    /// <summary>How long an answer is given again; a key that is older is a new one.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan KeepAnswers { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// After this long without an answer a request is taken to have died with its process, and the next one under its key does it
    /// again: twice as long as any request may take (<c>Reserve:Limits:RequestTimeout</c>), or longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AbandonedAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Rows that one statement of the hourly clearing deletes.</summary>
    [Range(1, 1_000_000)]
    public int ClearBatch { get; set; } = 10_000;
}
