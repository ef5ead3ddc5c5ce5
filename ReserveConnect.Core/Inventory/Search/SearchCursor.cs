using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Inventory.Search;

/// <summary>A place of a result as the opaque text that a client sends back. It belongs to the search it came from.</summary>
public static class SearchCursor
{
    private const int SealBytes = 8;

    /// <summary>The text of a place.</summary>
    /// <param name="search">What names the search: its parameters without limit and cursor.</param>
    public static string Write(SearchPlace place, string search)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{place.Rating}|{place.Total}|{place.PropertyId:N}");
        return Base64Url.EncodeToString([.. Seal(text, search), .. Encoding.UTF8.GetBytes(text)]);
    }

    /// <summary>The place that a text stands for; null if it was not written for this search or was changed.</summary>
    public static SearchPlace? Read(string cursor, string search)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (!Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length <= SealBytes)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, SealBytes, length - SealBytes);
        return Seal(text, search).AsSpan().SequenceEqual(bytes.AsSpan(0, SealBytes))
            && text.Split('|') is [var rating, var total, var id]
            && decimal.TryParse(rating, NumberStyles.Number, CultureInfo.InvariantCulture, out var ratingValue)
            && decimal.TryParse(total, NumberStyles.Number, CultureInfo.InvariantCulture, out var totalValue)
            && Guid.TryParseExact(id, "N", out var property)
                ? new SearchPlace(ratingValue, totalValue, property)
                : null;
    }

    // Guards against mistakes, not against malice: a place reveals and permits nothing that the search does not.
    private static byte[] Seal(string text, string search) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{text}\n{search}"))[..SealBytes];
}
