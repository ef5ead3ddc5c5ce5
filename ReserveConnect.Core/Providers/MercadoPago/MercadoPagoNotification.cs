using System.Globalization;
using System.Text.Json;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A notification of Mercado Pago: it says what to fetch, nothing else. Its body is not signed.</summary>
/// <param name="Id">The notification's id; each is stored once.</param>
/// <param name="Type">As <c>payment</c>.</param>
/// <param name="Action">As <c>payment.created</c>, <c>payment.updated</c>.</param>
/// <param name="DataId">Id of the object it is about; must equal the signed <c>data.id</c> of the query string.</param>
/// <param name="LiveMode">False: a test.</param>
/// <param name="CreatedAt">The instant it says it was made.</param>
public sealed record MercadoPagoNotification(
    string Id,
    string Type,
    string Action,
    string DataId,
    bool LiveMode,
    DateTimeOffset? CreatedAt)
{
    /// <summary>Reads a body. Null if it is no notification.</summary>
    public static MercadoPagoNotification? Parse(ReadOnlyMemory<byte> rawBody)
    {
        try
        {
            using var document = JsonDocument.Parse(rawBody);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || Text(root, "id") is not { Length: > 0 } id
                || Text(root, "type") is not { Length: > 0 } type
                || !root.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Object
                || Text(data, "id") is not { Length: > 0 } dataId)
            {
                return null;
            }

            return new MercadoPagoNotification(
                id,
                type,
                Text(root, "action") ?? "",
                dataId,
                root.TryGetProperty("live_mode", out var live) && live.ValueKind == JsonValueKind.True,
                DateTimeOffset.TryParse(Text(root, "date_created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
                    ? created
                    : null);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Ids come as numbers and as strings.
    private static string? Text(JsonElement parent, string name) =>
        !parent.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture)
        : null;
}
