using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Inventory.Feeds;

/// <summary>The secret in the address of a property's calendar.</summary>
internal static class CalendarToken
{
    private const int Bytes = 32;

    /// <summary>What a token is compared with where there is none: no token has this hash.</summary>
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    /// <summary>A new one, of 256 random bits, in letters that an address can carry.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What is stored of it. So many random bits need no salt and no slow hash.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whether it is the one of this hash; takes as long whatever is wrong with it, also where there is no hash.</summary>
    public static bool Fits(string? token, byte[]? hash) =>
        CryptographicOperations.FixedTimeEquals(HashOf(token ?? ""), hash ?? NoHash);
}
