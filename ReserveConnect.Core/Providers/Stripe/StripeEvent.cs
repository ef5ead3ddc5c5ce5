using System.Text.Json;

namespace ReserveConnect.Providers.Stripe;

/// <summary>A v1 event of Stripe, as far as it says what to fetch. Amounts and statuses are not taken from it.</summary>
/// <param name="Id"><c>evt_...</c>; each is stored once.</param>
/// <param name="Type">As <c>payment_intent.succeeded</c>, <c>charge.refunded</c>, <c>refund.updated</c>.</param>
/// <param name="ApiVersion">The version its object is written in.</param>
/// <param name="ObjectId">Id of the object it is about.</param>
/// <param name="ObjectType">As <c>payment_intent</c>, <c>charge</c>, <c>refund</c>, <c>dispute</c>.</param>
/// <param name="PaymentIntentId">The payment it is about, if any.</param>
/// <param name="BookingIntentId">From the object's metadata.</param>
/// <param name="AttemptId">From the object's metadata.</param>
/// <param name="RefundId">Our refund, from the object's metadata.</param>
/// <param name="Created">The instant it happened.</param>
/// <param name="LiveMode">False: a test.</param>
public sealed record StripeEvent(
    string Id,
    string Type,
    string? ApiVersion,
    string ObjectId,
    string ObjectType,
    string? PaymentIntentId,
    Guid? BookingIntentId,
    Guid? AttemptId,
    Guid? RefundId,
    DateTimeOffset Created,
    bool LiveMode)
{
    /// <summary>Reads a body whose signature was verified. Null if it is not a v1 event: malformed, or a v2 event
    /// (<c>v2.core.event</c>), whose fields mean other things.</summary>
    public static StripeEvent? Parse(ReadOnlyMemory<byte> rawBody)
    {
        try
        {
            using var document = JsonDocument.Parse(rawBody);
            var root = document.RootElement;
            if (Text(root, "object") != "event" || Text(root, "id") is not { Length: > 0 } id || Text(root, "type") is not { Length: > 0 } type)
                return null;
            if (!Member(root, "data", out var data) || !Member(data, "object", out var subject))
                return null;
            if (!Member(root, "created", out var created) || !created.TryGetInt64(out var seconds) || seconds is < 0 or > 253_402_300_799)
                return null;

            var objectType = Text(subject, "object") ?? "";
            var objectId = Text(subject, "id") ?? "";
            return new StripeEvent(
                id,
                type,
                Text(root, "api_version"),
                objectId,
                objectType,
                objectType == "payment_intent" ? objectId : Reference(subject, "payment_intent"),
                Metadata(subject, "booking_intent_id"),
                Metadata(subject, "attempt_id"),
                Metadata(subject, "refund_id"),
                DateTimeOffset.FromUnixTimeSeconds(seconds),
                Member(root, "livemode", out var live) && live.ValueKind == JsonValueKind.True);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Member(JsonElement parent, string name, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value);
    }

    private static string? Text(JsonElement parent, string name) =>
        Member(parent, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Reference(JsonElement parent, string name) =>
        Text(parent, name) ?? (Member(parent, name, out var whole) ? Text(whole, "id") : null);

    private static Guid? Metadata(JsonElement subject, string name) =>
        Member(subject, "metadata", out var metadata) && Guid.TryParse(Text(metadata, name), out var id) ? id : null;
}
