using System.Text;
using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Webhooks;

/// <summary>Something a provider tells: the same bytes on every attempt, signed anew each time.</summary>
/// <param name="Id">The provider's id of the event.</param>
/// <param name="Type">The provider's name of what happened.</param>
/// <param name="Target">Where to, if the object itself names an address; null: the server's target.</param>
/// <param name="Query">What is added to the address, with its question mark, or null.</param>
/// <param name="Body">JSON.</param>
/// <param name="CreatedAt">When it happened.</param>
internal sealed record Webhook(
    string Id, string Type, string? Target, string? Query, [property: JsonConverter(typeof(RawJson))] byte[] Body, DateTimeOffset CreatedAt)
{
    /// <summary>Its address and its body: where what a rule or a watch mentions is looked for.</summary>
    [JsonIgnore]
    public string Text => $"{Target}{Query} {Encoding.UTF8.GetString(Body)}";

    /// <summary>Attempts made so far.</summary>
    [JsonIgnore]
    public int Attempts { get; set; }

    /// <summary>Place in the order in which the server caused its webhooks.</summary>
    [JsonIgnore]
    public long Sequence { get; set; }
}

/// <summary>JSON of <see cref="Webhook"/> in the journal.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Webhook))]
internal sealed partial class WebhookJson : JsonSerializerContext;
