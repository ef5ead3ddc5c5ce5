using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace ReserveConnect.Privacy;

/// <summary>
/// What is kept of an event of a payment provider: that it came, what it is about and which state it told. An event carries
/// names, addresses, documents and secrets of the payer; nothing of the kind is read from it, so nothing of it is stored,
/// before an erasure or after one.
/// </summary>
public static class ProviderPayload
{
    private const int LongestValue = 100;

    /// <summary>The members that stay; what is in another one goes, with all that is in it.</summary>
    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.Ordinal,
        "id", "object", "type", "action", "api_version", "created", "date_created", "livemode", "live_mode", "data",
        "status", "amount", "amount_received", "amount_capturable", "amount_refunded", "currency", "captured", "refunded",
        "payment_intent", "charge", "latest_charge", "balance_transaction", "last_payment_error", "code", "decline_code", "reason",
        "failure_reason", "cancellation_reason", "metadata", "booking_intent_id", "attempt_id", "refund_id");

    /// <summary>Ids, codes and instants look like this; sentences, addresses and names with a space do not.</summary>
    private static readonly SearchValues<char> Code =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:+");

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static string Pared(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            try
            {
                Write(json, document.RootElement);
            }
            catch (InvalidOperationException unreadable)
            {
                throw new JsonException("a member's name is no text", unreadable);
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(member => Kept.Contains(member.Name) && IsKept(member.Value)))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray().Where(IsKept))
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }

    // The raw text: what is escaped in it is no code, and need not be readable.
    private static bool IsKept(JsonElement value) =>
        value.ValueKind != JsonValueKind.String
        || (value.GetRawText() is { Length: <= LongestValue + 2 } raw && !raw.AsSpan(1, raw.Length - 2).ContainsAnyExcept(Code)
            && TaxDocument.Parse(raw[1..^1]) is null);
}
