using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Tells that a payment was made or changed; the receiver fetches it.</summary>
internal static class PixEvents
{
    /// <summary>Causes a webhook <c>payment.created</c> or <c>payment.updated</c>.</summary>
    public static void Tell(Change change, string action, PixPayment payment, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now).ToString();
        var paymentId = payment.Id.ToString(CultureInfo.InvariantCulture);
        var body = PixWriter.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("id", Math.Abs(BitConverter.ToInt64(Guid.Parse(id).ToByteArray(), 8) % 1_000_000_000_000));
            json.WriteBoolean("live_mode", true);
            json.WriteString("type", "payment");
            json.WriteString("date_created", PixTime.Text(now));
            json.WriteNumber("user_id", PixWriter.CollectorId);
            json.WriteString("api_version", "v1");
            json.WriteString("action", action);
            json.WriteStartObject("data");
            json.WriteString("id", paymentId);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        var join = payment.NotificationUrl?.Contains('?', StringComparison.Ordinal) is true ? '&' : '?';
        change.Send(new Webhook(
            id, action, payment.NotificationUrl, $"{join}data.id={paymentId}&type=payment", body, now));
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
