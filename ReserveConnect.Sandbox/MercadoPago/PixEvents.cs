using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Tells that a payment or a transfer was made or changed; the receiver fetches it.</summary>
internal static class PixEvents
{
    /// <summary>Causes a webhook <c>payment.created</c> or <c>payment.updated</c>.</summary>
    public static void Tell(Change change, string action, PixPayment payment, DateTimeOffset now) =>
        Tell(change, "payment", action, payment.Id.ToString(CultureInfo.InvariantCulture), payment.NotificationUrl, now);

    /// <summary>Causes a webhook <c>transaction_intent.created</c> or <c>transaction_intent.updated</c>.</summary>
    public static void Tell(Change change, string action, PixTransfer transfer, DateTimeOffset now) =>
        Tell(change, "transaction_intent", action, transfer.Id, transfer.NotificationUrl, now);

    private static void Tell(Change change, string type, string action, string objectId, string? target, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now).ToString();
        var body = PixWriter.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("id", Math.Abs(BitConverter.ToInt64(Guid.Parse(id).ToByteArray(), 8) % 1_000_000_000_000));
            json.WriteBoolean("live_mode", true);
            json.WriteString("type", type);
            json.WriteString("date_created", PixTime.Text(now));
            json.WriteNumber("user_id", PixWriter.CollectorId);
            json.WriteString("api_version", "v1");
            json.WriteString("action", action);
            json.WriteStartObject("data");
            json.WriteString("id", objectId);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        var join = target?.Contains('?', StringComparison.Ordinal) is true ? '&' : '?';
        change.Send(new Webhook(id, action, target, $"{join}data.id={objectId}&type={type}", body, now));
    }

    /// <summary>
    /// <c>x-signature</c> over <c>id:...;request-id:...;ts:...;</c>, the id being that of the query. The instant is in
    /// milliseconds, as the documentation's text says.
    /// </summary>
    public static WebhookSigner Signer(string secret) => (webhook, now) =>
    {
        var requestId = Guid.CreateVersion7(now).ToString();
        var ts = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var id = webhook.Query!.Split("data.id=")[1].Split('&')[0];
        var manifest = $"id:{id};request-id:{requestId};ts:{ts};";
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(manifest)));
        return [new("x-signature", $"ts={ts},v1={hash}"), new("x-request-id", requestId)];
    };
}
