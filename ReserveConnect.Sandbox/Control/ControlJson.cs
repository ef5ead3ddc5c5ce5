using System.Text.Json;
using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.Control;

/// <summary>The clock as the control API shows and takes it.</summary>
/// <param name="Now">The sandbox's instant; when given, the offset is made to fit.</param>
/// <param name="Offset">Added to the real clock.</param>
/// <param name="Advance">Added to the offset.</param>
internal sealed record ClockState(DateTimeOffset? Now = null, TimeSpan? Offset = null, TimeSpan? Advance = null);

/// <summary>Webhooks on or off, and where they go; what is null stays.</summary>
internal sealed record WebhookSettings(bool? Enabled = null, string? Target = null);

/// <summary>State of the deliveries.</summary>
internal sealed record WebhookState(
    bool Enabled,
    string? Target,
    int Pending,
    int Held,
    long Delivered,
    long GivenUp,
    long Dropped,
    IReadOnlyList<WebhookRule> Rules,
    IReadOnlyList<WebhookAttempt> Attempts);

/// <summary>Calls received.</summary>
internal sealed record CallState(long Total, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<Call> Last);

/// <summary>How many were moved.</summary>
internal sealed record Moved(int Count);

/// <summary>A server at a glance.</summary>
internal sealed record ServerState(string Server, DateTimeOffset Now, TimeSpan Offset, long Calls, int Faults, int WebhooksPending, int WebhooksHeld);

/// <summary>Why the control API did nothing.</summary>
internal sealed record ControlError(string Error);

/// <summary>JSON of the control API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(BookedCharge[]))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<Fault>))]
[JsonSerializable(typeof(WebhookRule))]
[JsonSerializable(typeof(WebhookSettings))]
[JsonSerializable(typeof(WebhookState))]
[JsonSerializable(typeof(CallState))]
[JsonSerializable(typeof(ClockState))]
[JsonSerializable(typeof(Moved))]
[JsonSerializable(typeof(ServerState))]
[JsonSerializable(typeof(ControlError))]
internal sealed partial class ControlJson : JsonSerializerContext;
