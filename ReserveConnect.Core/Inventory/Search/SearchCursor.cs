using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// What has been shown as the opaque text that a client sends back. It belongs to the search it came from. The numbers are
/// written as the gaps between them, seven bits a byte: a page of 20 in a city of 3,000 properties is some 60 characters.
/// </summary>
public static class SearchCursor
{
    /// <summary>Longest text of a cursor in characters, so that a query with one stays within what a server takes. A list ends there.</summary>
    public const int Longest = 3_000;

    private const int SealBytes = 8;

    /// <summary>The text.</summary>
    /// <param name="search">What names the search: its parameters without limit and cursor.</param>
    /// <returns>Null when it would be longer than <see cref="Longest"/>: the list ends here.</returns>
    public static string? Write(SeenProperties seen, string search)
    {
        ArgumentNullException.ThrowIfNull(seen);
        List<byte> gaps = new(seen.Numbers.Count * 2);
        var last = 0;
        foreach (var number in seen.Numbers)
        {
            var gap = (uint)(number - last);
            for (; gap >= 0x80; gap >>= 7)
            {
                gaps.Add((byte)(gap | 0x80));
            }

            gaps.Add((byte)gap);
            last = number;
        }

        var text = Base64Url.EncodeToString([.. Seal([.. gaps], search), .. gaps]);
        return text.Length <= Longest ? text : null;
    }

    /// <summary>What a text stands for; null if it was not written for this search or was changed.</summary>
    public static SeenProperties? Read(string cursor, string search)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        return bytes.Length > SealBytes && Seal(bytes[SealBytes..], search).AsSpan().SequenceEqual(bytes.AsSpan(0, SealBytes))
            ? SeenProperties.Of(Numbers(bytes[SealBytes..]))
            : null;
    }

    private static List<int> Numbers(byte[] gaps)
    {
        List<int> numbers = [];
        var (last, gap, shift) = (0L, 0L, 0);
        foreach (var part in gaps)
        {
            gap |= (long)(part & 0x7F) << shift;
            shift += 7;
            if (part < 0x80)
            {
                last += gap;
                numbers.Add((int)Math.Min(last, int.MaxValue));
                (gap, shift) = (0, 0);
            }
        }

        return numbers;
    }

    // Guards against mistakes, not against malice: a place reveals and permits nothing that the search does not.
    private static byte[] Seal(byte[] gaps, string search) =>
        SHA256.HashData([.. gaps, .. Encoding.UTF8.GetBytes(search)])[..SealBytes];
}
