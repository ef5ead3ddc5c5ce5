using System.Globalization;
using System.Text;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>
/// The signature of Mercado Pago's notifications: <c>x-signature: ts=...,v1=...</c>, HMAC-SHA256 of the manifest
/// <c>id:&lt;data.id&gt;;request-id:&lt;x-request-id&gt;;ts:&lt;ts&gt;;</c>. It does not cover the body: only the id from
/// the query string may be trusted, and the payment is fetched by it.
/// </summary>
public static class MercadoPagoWebhook
{
    private const int MaxHeaderLength = 4096;

    // Documented as milliseconds, exemplified in seconds, seen as both. As seconds this is the year 5138, as milliseconds 1973.
    private const long FirstMillisecondStamp = 100_000_000_000;

    /// <summary>Checks what the signature covers.</summary>
    /// <param name="dataId">The query string's <c>data.id</c>, not the body's; null if there is none.</param>
    /// <param name="requestId">The header <c>x-request-id</c>; null if there is none.</param>
    /// <param name="signatureHeader">The header <c>x-signature</c>; null if there is none.</param>
    /// <param name="secrets">The secrets; one is enough, several while it is being changed.</param>
    /// <param name="now">The instant now.</param>
    /// <param name="tolerance">How far the time stamp may be from now, in either direction; Mercado Pago documents none.</param>
    public static WebhookVerdict Verify(
        string? dataId,
        string? requestId,
        string? signatureHeader,
        IReadOnlyList<string> secrets,
        DateTimeOffset now,
        TimeSpan tolerance)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (string.IsNullOrWhiteSpace(signatureHeader))
            return WebhookVerdict.Missing;
        if (!TryRead(signatureHeader, out var stamp, out var signature))
            return WebhookVerdict.Malformed;
        // A separator inside a value would let one manifest be read as two different requests.
        if ($"{dataId}{requestId}".Contains(';', StringComparison.Ordinal))
            return WebhookVerdict.Forged;

        // The id signs as it came; the Orders pages say lower case. Which one is meant cannot be told from outside.
        var signed = Matches(dataId, requestId, stamp, secrets, signature);
        if (dataId is not null && dataId.Any(char.IsAsciiLetterUpper))
            signed |= Matches(dataId.ToLowerInvariant(), requestId, stamp, secrets, signature);
        if (!signed)
            return WebhookVerdict.Forged;

        var number = long.Parse(stamp, NumberStyles.None, CultureInfo.InvariantCulture);
        var sent = number >= FirstMillisecondStamp
            ? DateTimeOffset.FromUnixTimeMilliseconds(number)
            : DateTimeOffset.FromUnixTimeSeconds(number);
        return (now - sent).Duration() <= tolerance ? WebhookVerdict.Valid : WebhookVerdict.Stale;
    }

    /// <summary>
    /// What tells one notification from the next: the id that it came with, else its time stamp, each signed with the payment's id.
    /// </summary>
    /// <param name="signatureHeader">The header, verified.</param>
    public static string EventIdOf(string? dataId, string? requestId, string signatureHeader) =>
        string.IsNullOrEmpty(requestId) && TryRead(signatureHeader, out var stamp, out _) ? $"ts={stamp}:{dataId}" : $"{requestId}:{dataId}";

    private static bool Matches(string? dataId, string? requestId, string stamp, IReadOnlyList<string> secrets, byte[] signature)
    {
        // What is absent leaves the manifest with its label.
        var manifest = new StringBuilder();
        if (!string.IsNullOrEmpty(dataId))
            manifest.Append(CultureInfo.InvariantCulture, $"id:{dataId};");
        if (!string.IsNullOrEmpty(requestId))
            manifest.Append(CultureInfo.InvariantCulture, $"request-id:{requestId};");
        manifest.Append(CultureInfo.InvariantCulture, $"ts:{stamp};");
        return WebhookHmac.AnyMatches(secrets, [signature], Encoding.UTF8.GetBytes(manifest.ToString()), []);
    }

    private static bool TryRead(string header, out string stamp, out byte[] signature)
    {
        stamp = "";
        signature = [];
        if (header.Length > MaxHeaderLength)
            return false;
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            if (name == "ts")
            {
                if (stamp.Length > 0 || value.Length is 0 or > 14 || !value.All(char.IsAsciiDigit))
                    return false;
                stamp = value;
            }
            else if (name == "v1" && (signature.Length > 0 || !WebhookHmac.TryReadHex(value, out signature)))
            {
                return false;
            }
        }

        return stamp.Length > 0 && signature.Length > 0;
    }
}
