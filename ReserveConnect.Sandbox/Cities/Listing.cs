using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>One row of a listings file, cleaned.</summary>
/// <param name="PropertyOf">Id of the listing whose property it is a room type of; its own as a rule.</param>
/// <param name="Rooms">How many of it there are.</param>
internal sealed record Listing(
    string Id,
    string Name,
    string Description,
    string? Neighbourhood,
    decimal Latitude,
    decimal Longitude,
    string PropertyType,
    int Accommodates,
    int Beds,
    IReadOnlyList<string> Amenities,
    IReadOnlyList<string> Images,
    int PriceCents,
    int MinimumNights,
    decimal? Rating,
    int Reviews,
    bool IsInstant,
    string PropertyOf,
    short Rooms)
{
    private const int LongestSlug = 120;

    /// <summary>Name and id, for an address.</summary>
    public string Slug => SlugOf(Name, Id);

    /// <summary>Lower case, ASCII, words joined by hyphens, the id at the end.</summary>
    public static string SlugOf(string name, string id)
    {
        var slug = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                slug.Append(c);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var room = LongestSlug - id.Length - 1;
        var words = slug.ToString(0, Math.Min(slug.Length, room)).Trim('-');
        return words.Length > 0 ? $"{words}-{id}" : id;
    }
}

/// <summary>HTML made plain.</summary>
internal static partial class PlainText
{
    /// <summary>Breaks become new lines, other tags vanish, entities are read.</summary>
    public static string Of(string html)
    {
        if (!html.AsSpan().ContainsAny('<', '&'))
            return html.Trim();
        var text = Tag().Replace(Break().Replace(html, "\n"), "");
        return Gaps().Replace(WebUtility.HtmlDecode(text), "\n\n").Trim();
    }

    [GeneratedRegex(@"<\s*(br\s*/?|/p|/li|/div)\s*>", RegexOptions.IgnoreCase)]
    private static partial Regex Break();

    // The last alternative takes a tag that the file's length limit has cut off.
    [GeneratedRegex(@"</?[a-zA-Z][^<>]*>|</?[a-zA-Z]*\s*/?$")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[ \t]*\n\s*\n\s*")]
    private static partial Regex Gaps();
}
