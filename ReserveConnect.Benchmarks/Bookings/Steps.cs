using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>How long guests waited at each step.</summary>
internal sealed class Steps
{
    /// <summary>For the hold.</summary>
    public Latencies Hold { get; } = new();

    /// <summary>For the opened card payment.</summary>
    public Latencies Open { get; } = new();

    /// <summary>For Stripe's answer to the confirmed card.</summary>
    public Latencies Card { get; } = new();

    /// <summary>From there to the reservation.</summary>
    public Latencies Reservation { get; } = new();

    /// <summary>For everything.</summary>
    public Latencies Whole { get; } = new();
}
