using System.Globalization;
using System.Text;

namespace ReserveConnect.Providers;

/// <summary>
/// The webhook signature <c>t=&lt;unix seconds&gt;,v1=&lt;hex&gt;[,v1=...]</c>: HMAC-SHA256 of the time stamp, a full
/// stop and the raw body. Stripe's scheme, which Host Connect has taken over.
/// </summary>
internal static class TimestampedSignature
{
    private const int MaxHeaderLength = 4096;
    private const int MaxSignatures = 16;

    public static WebhookVerdict Verify(
        ReadOnlySpan<byte> rawBody,
        string? header,
        IReadOnlyList<string> secrets,
        DateTimeOffset now,
        TimeSpan tolerance)
    {
        if (string.IsNullOrWhiteSpace(header))
            return WebhookVerdict.Missing;
        if (!TryRead(header, out var stamp, out var signatures))
            return WebhookVerdict.Malformed;

        var prefix = Encoding.ASCII.GetBytes(stamp + ".");
        if (!WebhookHmac.AnyMatches(secrets, signatures, prefix, rawBody))
            return WebhookVerdict.Forged;

        // Age is judged after the signature, so that a stranger learns nothing about our clock.
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(stamp, NumberStyles.None, CultureInfo.InvariantCulture));
        return (now - sent).Duration() <= tolerance ? WebhookVerdict.Valid : WebhookVerdict.Stale;
    }

    private static bool TryRead(string header, out string stamp, out List<byte[]> signatures)
    {
        stamp = "";
        signatures = [];
        if (header.Length > MaxHeaderLength)
            return false;
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            if (name == "t")
            {
                // Two time stamps would leave open which one was signed. Eleven digits reach the year 5138.
                if (stamp.Length > 0 || value.Length is 0 or > 11 || !value.All(char.IsAsciiDigit))
                    return false;
                stamp = value;
            }
            else if (name == "v1" && signatures.Count < MaxSignatures && WebhookHmac.TryReadHex(value, out var signature))
            {
                signatures.Add(signature);
            }
        }

        return stamp.Length > 0 && signatures.Count > 0;
    }
}
