using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Accounts;

namespace ReserveConnect.Privacy;

/// <summary>
/// Keyed hashes in place of what names a person: equal for equal input, and without the key no way back, not even by trying
/// every address. The key is derived from the first of <see cref="TokenOptions.SigningKeys"/>; when that one changes, so do
/// all pseudonyms, and what was counted or compared under the old ones starts afresh.
/// </summary>
public sealed class Pseudonyms(SigningKeys keys)
{
    /// <summary>Length of a pseudonym.</summary>
    public const int Bytes = 16;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, keys.Current.Key, SHA256.HashSizeInBytes, salt: [], info: "reserve-connect/pseudonyms"u8.ToArray());

    /// <summary>Of a client's network, as an IPv6 number.</summary>
    public byte[] OfNetwork(UInt128 network) => OfNumber('n', network);

    /// <summary>Of the larger network that a client's is one of, as an IPv6 number.</summary>
    public byte[] OfSite(UInt128 site) => OfNumber('s', site);

    /// <summary>
    /// Of an e-mail address. Letter case and what follows a <c>+</c> before the <c>@</c> do not tell addresses apart: both reach
    /// the same person nearly everywhere and cost nothing to change. Dots do: only some providers leave them out.
    /// </summary>
    public byte[] OfEmail(string email)
    {
        var at = email.LastIndexOf('@');
        var tag = email.IndexOf('+', StringComparison.Ordinal);
        var plain = tag > 0 && tag < at ? email.Remove(tag, at - tag) : email;
        return Hash(Encoding.UTF8.GetBytes($"e{plain.ToLowerInvariant()}"));
    }

    private byte[] OfNumber(char kind, UInt128 number)
    {
        var message = new byte[17];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteUInt128BigEndian(message.AsSpan(1), number);
        return Hash(message);
    }

    private byte[] Hash(byte[] message) => HMACSHA256.HashData(_key, message)[..Bytes];
}
