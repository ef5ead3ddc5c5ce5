using System.Globalization;
using System.Text.Json;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>A no of Mercado Pago.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">Such as <c>bad_request</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Cause">Code of the cause; null: none is given.</param>
internal sealed record PixError(int Status, string Error, string Message, int? Cause)
{
    /// <summary>400 with a cause.</summary>
    public static PixError Bad(int cause, string message) => new(400, "bad_request", message, cause);

    /// <summary>404 for a payment.</summary>
    public static PixError PaymentNotFound() => new(404, "not_found", "Payment not found", 2000);

    /// <summary>400 for an action that the payment's state does not allow.</summary>
    public static PixError WrongState() => Bad(2063, "The action requested is not valid for the current payment state");

    /// <summary>The error for a bare status.</summary>
    public static PixError ForStatus(int status, string message) => status switch
    {
        401 => new(401, "unauthorized", message, null),
        404 => new(404, "not_found", message, null),
        409 => new(409, "conflict", message, null),
        429 => new(429, "too_many_requests", message, null),
        >= 500 => new(status, "internal_error", message, null),
        _ => new(status, "bad_request", message, null),
    };

    /// <summary>As JSON.</summary>
    public void Write(Utf8JsonWriter json, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("message", Message);
        json.WriteString("error", Error);
        json.WriteNumber("status", Status);
        json.WriteStartArray("cause");
        if (Cause is { } cause)
        {
            json.WriteStartObject();
            json.WriteNumber("code", cause);
            json.WriteString("description", Message);
            json.WriteString("data", now.ToString("dd-MM-yyyy'T'HH:mm:ss'UTC;'", CultureInfo.InvariantCulture) + Guid.CreateVersion7(now));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
