using Microsoft.Extensions.Options;

namespace ReserveConnect.Accounts;

/// <summary>One secret key of a setting.</summary>
/// <param name="Id">What names it (<c>kid</c>); no secret.</param>
/// <param name="Bytes">32 or more.</param>
public sealed record NamedKey(string Id, byte[] Bytes);

/// <summary>Keys written as <c>kid:base64,kid:base64</c>: the first one is used for what is new, every one for what is there.</summary>
public static class KeyRing
{
    /// <summary>HMAC-SHA256 wants a key as long as its output (RFC 7518 section 3.2), AES-256 one of this length.</summary>
    private const int FewestBytes = 32;

    /// <param name="text">The setting's value.</param>
    /// <param name="setting">Its name, for the message.</param>
    /// <exception cref="OptionsValidationException">No key, or an entry that is no <c>kid:base64</c>, too short, or there twice.</exception>
    public static IReadOnlyList<NamedKey> Parse(string text, string setting)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<NamedKey> keys = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(entry => ParseOne(entry, setting))];
        if (keys.Count == 0)
        {
            throw Invalid(setting, "has no key");
        }

        return keys.DistinctBy(key => key.Id).Count() == keys.Count ? keys : throw Invalid(setting, "names one key twice");
    }

    private static NamedKey ParseOne(string entry, string setting)
    {
        // Never the entry itself in a message: it is a secret.
        if (entry.Split(':', 2) is not [{ Length: > 0 } id, var text])
        {
            throw Invalid(setting, "has an entry that is no kid:base64");
        }

        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
        {
            throw Invalid(setting, $"has no base64 behind '{id}'");
        }

        return length < FewestBytes
            ? throw Invalid(setting, $"has {length} bytes behind '{id}'; {FewestBytes} are needed")
            : new(id, bytes[..length]);
    }

    private static OptionsValidationException Invalid(string setting, string what) => new(setting, typeof(string), [$"{setting} {what}"]);
}
