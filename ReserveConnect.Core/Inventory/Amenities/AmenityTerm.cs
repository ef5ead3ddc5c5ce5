using System.Text;

namespace ReserveConnect.Inventory.Amenities;

/// <summary>What somebody calls an amenity, in the one spelling by which <c>amenity_terms</c> knows it.</summary>
public static class AmenityTerm
{
    /// <summary>Characters of a term; what is longer is cut there.</summary>
    public const int Longest = 100;

    /// <summary>
    /// Lower case, without accents, words of letters and digits with one space between them: <c>Pack ’n play/Travel crib</c>
    /// becomes <c>pack n play travel crib</c>. Empty when nothing is left.
    /// </summary>
    public static string Fold(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var term = new StringBuilder(Math.Min(name.Length, Longest));
        foreach (var c in Text.Fold(name))
        {
            if (char.IsLetterOrDigit(c))
            {
                term.Append(c);
            }
            else if (term.Length > 0 && term[^1] != ' ')
            {
                term.Append(' ');
            }

            if (term.Length == Longest)
            {
                break;
            }
        }

        return term.ToString().TrimEnd();
    }
}
