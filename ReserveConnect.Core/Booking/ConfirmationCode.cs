using System.Security.Cryptography;

namespace ReserveConnect.Booking;

/// <summary><c>RC-</c> and 8 characters of Crockford's base32 from a cryptographic source: 40 bits that cannot be guessed.</summary>
public static class ConfirmationCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New() => "RC-" + RandomNumberGenerator.GetString(Alphabet, 8);

    /// <summary>
    /// Reads a code as people type it: any case, O for 0, I and L for 1 (Crockford), with or without the prefix.
    /// </summary>
    /// <returns>The code as stored, or null when it cannot be one.</returns>
    public static string? Normalise(string typed)
    {
        var code = typed.Trim().ToUpperInvariant();
        code = code.StartsWith("RC-", StringComparison.Ordinal) ? code[3..] : code;
        code = code.Replace('O', '0').Replace('I', '1').Replace('L', '1');
        return code.Length == 8 && code.All(Alphabet.Contains) ? "RC-" + code : null;
    }
}
