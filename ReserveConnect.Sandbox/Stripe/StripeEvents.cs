using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Writes down what happened, and tells it.</summary>
internal sealed class StripeEvents(StripeBook book, StripeWriter writer, TimeProvider clock, int kept, IReadOnlyList<string> enabled)
{
    /// <summary>The API version of every event.</summary>
    public const string ApiVersion = "2026-07-29.dahlia";

    /// <summary>An event about an intent as it is now.</summary>
    public void Add(string type, Intent intent, StripeCall call) =>
        Add(type, json => writer.Intent(json, intent, Expand.Nothing), call);

    /// <summary>An event about a charge as it is now.</summary>
    public void Add(string type, Charge charge, StripeCall call) =>
        Add(type, json => writer.Charge(json, charge, Expand.Nothing), call);

    /// <summary>An event about a refund as it is now.</summary>
    public void Add(string type, Refund refund, StripeCall call) =>
        Add(type, json => writer.Refund(json, refund, Expand.Nothing), call);

    /// <summary>An event about a dispute as it is now.</summary>
    public void Add(string type, Dispute dispute, StripeCall call) =>
        Add(type, json => writer.Dispute(json, dispute, Expand.Nothing), call);

    /// <summary>An event about a transfer as it is now.</summary>
    public void Add(string type, Transfer transfer, StripeCall call) =>
        Add(type, json => writer.Transfer(json, transfer, Expand.Nothing), call);

    /// <summary><c>Stripe-Signature</c>: HMAC-SHA256 of instant and body, keyed with the whole secret.</summary>
    public static WebhookSigner Signer(string secret) => (webhook, now) =>
    {
        var t = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(t + "."), .. webhook.Body];
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        return [new("Stripe-Signature", $"t={t},v1={hash}")];
    };

    private void Add(string type, Action<Utf8JsonWriter> writeObject, StripeCall call)
    {
        var now = clock.GetUtcNow();
        var id = StripeId.New("evt_3");
        var body = StripeWriter.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "event");
            json.WriteString("api_version", ApiVersion);
            json.WriteNumber("created", now.ToUnixTimeSeconds());
            json.WriteStartObject("data");
            json.WritePropertyName("object");
            writeObject(json);
            json.WriteEndObject();
            json.WriteBoolean("livemode", false);
            json.WriteNumber("pending_webhooks", 1);
            json.WriteStartObject("request");
            json.WriteString("id", call.RequestId);
            json.WriteString("idempotency_key", call.IdempotencyKey);
            json.WriteEndObject();
            json.WriteString("type", type);
            json.WriteEndObject();
        });
        var happened = new Event(id, type, now.ToUnixTimeSeconds(), body);
        book.Events.Put(call.Change, happened);
        book.Events.Trim(call.Change, kept);
        if (enabled.Count == 0 || enabled.Contains(type, StringComparer.Ordinal))
            call.Change.Send(new Webhook(id, type, null, null, happened.Body, now));
    }
}

/// <summary>The call that causes something.</summary>
/// <param name="Change">What it changes; committed once it has its answer, so that both survive or neither.</param>
/// <param name="RequestId">Its id; null: nobody called, time or the control API did it.</param>
/// <param name="IdempotencyKey">Its key.</param>
/// <param name="BaseUrl">This server's address as the caller knows it.</param>
internal sealed record StripeCall(Change Change, string? RequestId = null, string? IdempotencyKey = null, string BaseUrl = "");
