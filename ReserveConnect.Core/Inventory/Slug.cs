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
    /// <summary>Without accents, in lower case.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(char.ToLowerInvariant(c));
            }
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }
}
