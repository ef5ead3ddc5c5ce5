using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Idempotency;

/// <summary>Section <c>Reserve:Idempotency</c>: how long an Idempotency-Key means what it meant.</summary>
public sealed class IdempotencyOptions
{
    public const string Section = "Reserve:Idempotency";

    /// <summary>How long an answer is given again; a key that is older is a new one.</summary>
    public TimeSpan KeepAnswers { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// After this long without an answer a request is taken to have died with its process, and the next one under its key does it
    /// again: longer than any request may take (<c>Reserve:Http:RequestTimeout</c>).
    /// </summary>
    public TimeSpan AbandonedAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Rows that one statement of the hourly clearing deletes.</summary>
    [Range(1, 1_000_000)]
    public int ClearBatch { get; set; } = 10_000;
}
