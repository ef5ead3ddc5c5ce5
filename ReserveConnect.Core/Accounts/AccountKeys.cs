using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Accounts;

/// <summary>What is derived from, or encrypted with, <see cref="AccountOptions.SecretKeys"/>: one key for each use.</summary>
public sealed class AccountKeys(IOptions<AccountOptions> options)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    // What is longer is no secret but an answer, and too much for a stack.
    private const int LongestOnStack = 1024;

    private readonly IReadOnlyList<NamedKey> _keys = KeyRing.Parse(options.Value.SecretKeys, "Reserve:Accounts:SecretKeys");

    /// <summary>HMAC-SHA256 by the newest key.</summary>
    /// <param name="use">What it is for; the same data has another code for another use.</param>
    public byte[] Mac(string use, ReadOnlySpan<byte> data) => HMACSHA256.HashData(Derived(_keys[0], use), data);

    /// <summary>HMAC-SHA256 by every key, the newest first.</summary>
    public IEnumerable<byte[]> Macs(string use, byte[] data) => _keys.Select(key => HMACSHA256.HashData(Derived(key, use), data));

    /// <summary>Encrypts (AES-256-GCM) for the one whose id is given: put elsewhere, it cannot be opened.</summary>
    public string Seal(string use, ReadOnlySpan<byte> clear, Guid owner)
    {
        var length = NonceBytes + TagBytes + clear.Length;
        var all = length <= LongestOnStack ? stackalloc byte[length] : new byte[length];
        RandomNumberGenerator.Fill(all[..NonceBytes]);
        using var aes = new AesGcm(Derived(_keys[0], use), TagBytes);
        aes.Encrypt(all[..NonceBytes], clear, all[(NonceBytes + TagBytes)..], all[NonceBytes..(NonceBytes + TagBytes)], owner.ToByteArray());
        return $"{_keys[0].Id}:{Base64Url.EncodeToString(all)}";
    }

    /// <summary>What <see cref="Seal"/> sealed for this owner.</summary>
    /// <exception cref="CryptographicException">It was changed, is another's, or its key is not among the settings.</exception>
    public byte[] Open(string use, string sealedText, Guid owner)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        var at = sealedText.LastIndexOf(':');
        var key = _keys.FirstOrDefault(k => k.Id == sealedText[..Math.Max(at, 0)])
            ?? throw new CryptographicException("the key of a stored secret is not among Reserve:Accounts:SecretKeys");
        var all = Base64Url.DecodeFromChars(sealedText.AsSpan(at + 1)).AsSpan();
        var clear = new byte[all.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(Derived(key, use), TagBytes);
        aes.Decrypt(all[..NonceBytes], all[(NonceBytes + TagBytes)..], all[NonceBytes..(NonceBytes + TagBytes)], clear, owner.ToByteArray());
        return clear;
    }

    private static byte[] Derived(NamedKey key, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, KeyBytes, info: Encoding.UTF8.GetBytes(use));
}
