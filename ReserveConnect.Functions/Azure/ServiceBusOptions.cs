using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// Section <c>Reserve:ServiceBus</c>: how events are sent. Where to is the setting <see cref="Connection"/>, which the
/// trigger reads as well: a connection string, or a section with <c>fullyQualifiedNamespace</c>.
/// </summary>
public sealed class ServiceBusOptions
{
    public const string Section = "Reserve:ServiceBus";

    /// <summary>The setting that says where the bus is, for the sender and for the trigger.</summary>
    public const string Connection = "ServiceBus";

    /// <summary>The topic of all events. A name of ours, made by <c>infra/</c>, so it is no setting.</summary>
    public const string Topic = "reserve-events";

    /// <summary>The subscription from which the functions take them.</summary>
    public const string Subscription = "functions";

    /// <summary>One try to send a batch.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries after the first; what still fails stays in the outbox.</summary>
    [Range(0, 5)]
    public int SendRetries { get; set; } = 3;

    /// <summary>Events in one send: far below the bus's 256 KB, as an event is its id and its type.</summary>
    [Range(1, 500)]
    public int SendBatch { get; set; } = 100;
}
