using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Providers;

/// <summary>HMAC-SHA256 of webhooks, compared in constant time.</summary>
internal static class WebhookHmac
{
    private const int HexLength = 2 * HMACSHA256.HashSizeInBytes;

    /// <summary>Reads 64 hex digits of either case.</summary>
    public static bool TryReadHex(string value, out byte[] signature)
    {
        signature = [];
        if (value.Length != HexLength || !value.All(char.IsAsciiHexDigit))
            return false;
        signature = Convert.FromHexString(value);
        return true;
    }

    /// <summary>
    /// Whether a signature is that of the message under one of the secrets. Every pair is compared, so that the time
    /// taken does not tell which fits. An empty secret signs nothing: anyone knows it.
    /// </summary>
    public static bool AnyMatches(
        IReadOnlyList<string> secrets,
        IReadOnlyList<byte[]> signatures,
        ReadOnlySpan<byte> prefix,
        ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var matches = false;
        foreach (var secret in secrets)
        {
            if (string.IsNullOrWhiteSpace(secret))
                continue;
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
            hmac.AppendData(prefix);
            hmac.AppendData(body);
            hmac.GetHashAndReset(hash);
            foreach (var signature in signatures)
                matches |= CryptographicOperations.FixedTimeEquals(hash, signature);
        }

        return matches;
    }
}
