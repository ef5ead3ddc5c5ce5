using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Events;

/// <summary>Section <c>Reserve:Events</c>: what becomes of the outbox.</summary>
public sealed class EventOptions
{
    public const string Section = "Reserve:Events";

    /// <summary>Off where the events are relayed to a bus instead.</summary>
    public bool DispatchInProcess { get; set; } = true;

    /// <summary>How long the dispatcher waits for a ring before it looks by itself.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Events taken in one go.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 50;

    /// <summary>Events handled at once in this process, but for those that the Host reports.</summary>
    [Range(1, 256)]
    public int Parallelism { get; set; } = 32;

    /// <summary>Events that the Host reports, handled at once in this process: they wait for the Host's answers and keep nothing else waiting.</summary>
    [Range(1, 256)]
    public int HostParallelism { get; set; } = 16;

    /// <summary>How long a taken event is nobody else's; a dispatcher that died loses its events after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the bus has to get a relayed event handled, its own retries included, before it is published again. Longer
    /// than a function may take with the bus holding its message (host.json); counted anew when the bus has brought it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:13:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RelayLease { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>First wait after a handler failed; doubled each time up to <see cref="MaxBackoff"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="FirstBackoff"/>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After so many failures an event is set aside (dead letter) and raised as an exception.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 12;
}
