using System.Globalization;
using System.Text;

namespace ReserveConnect.Inventory;

/// <summary>Names as parts of an address: <c>Pousada São José</c> becomes <c>pousada-sao-jose</c>.</summary>
public static class Slug
{
    private const int Longest = 80;

    /// <summary>Lower-case ASCII letters, digits and single hyphens; <c>stay</c> when nothing of the name is left.</summary>
    public static string Of(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in Text.Fold(name))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }

            if (slug.Length == Longest)
            {
                break;
            }
        }

        var text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : "stay";
    }
}

/// <summary>Text as people compare it.</summary>
internal static class Text
{
    /// <summary>Not a character for good (Unicode, 'Noncharacters'): the last two of each plane, and 32 in the midst of the first.</summary>
    public static bool IsNoCharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;

    /// <summary>Without accents, in lower case. What is no character, such as half of a surrogate pair, becomes U+FFFD, the sign for it.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in Whole(text).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(char.ToLowerInvariant(c));
            }
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    // Normalize refuses what is no character.
    private static string Whole(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uFFFF'))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append(IsNoCharacter(rune) ? Rune.ReplacementChar : rune);
        }

        return whole.ToString();
    }
}
