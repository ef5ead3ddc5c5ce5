using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Booking.Stays;

/// <summary>Section <c>Reserve:Stays</c>: what the hourly timer does with stays.</summary>
public sealed class StayOptions
{
    public const string Section = "Reserve:Stays";

    /// <summary>How long after check-out a stay is completed: the time for a review.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ReviewTime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Reservations read in one go.</summary>
    [Range(1, 10_000)]
    public int Batch { get; set; } = 200;

    /// <summary>Reservations of each kind (not come, left, completed) that one run takes in hand; the next hour takes the rest.</summary>
    [Range(1, 1_000_000)]
    public int MostPerRun { get; set; } = 20_000;
}
