using System.Globalization;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>What tests ask of Mercado Pago's stand-in.</summary>
internal static class PixCalls
{
    /// <summary>An instant as Mercado Pago takes it.</summary>
    public static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    /// <summary>A PIX charge.</summary>
    public static Task<Answer> PixAsync(this HttpClient pix, decimal amount, string? key, string? expires = null, string? reference = null, string? target = null)
    {
        var body = new Dictionary<string, object?>
        {
            ["transaction_amount"] = amount,
            ["description"] = "Estadia",
            ["payment_method_id"] = "pix",
            ["external_reference"] = reference,
            ["payer"] = new { email = "ana@example.com", first_name = "Ana", identification = new { type = "CPF", number = "19119119100" } },
            ["metadata"] = new { booking_intent_id = "7" },
        };
        if (expires is not null)
            body["date_of_expiration"] = expires;
        if (target is not null)
            body["notification_url"] = target;
        return pix.PixAsync("/v1/payments", body, key);
    }

    /// <summary>A POST with the key where Mercado Pago looks for it.</summary>
    public static Task<Answer> PixAsync(this HttpClient pix, string path, object body, string? key) => pix.JsonAsync(path, body, key, "X-Idempotency-Key");

    /// <summary>The guest's bank pays.</summary>
    public static Task<Answer> PayAsync(this HttpClient pix, string id) => pix.CallAsync(HttpMethod.Post, $"/control/pix/{id}/pay");

    public static string PaymentId(this Answer answer) => answer.Json.GetProperty("id").ToString();
}
