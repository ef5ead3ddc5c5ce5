using System.Collections.Concurrent;
using System.Text;

namespace ReserveConnect.Inventory.Search;

/// <summary>The words of a city's properties, and how well the words of a query fit them (docs/search.md, 'Text').</summary>
internal sealed class TextIndex
{
    /// <summary>Words of a query that are looked at.</summary>
    public const int MostWords = 10;

    private const int InName = 3;
    private const int InUnitName = 2;
    private const int Elsewhere = 1;

    /// <summary>Words of queries whose fits are kept; when there are more, all are forgotten.</summary>
    private const int MostRemembered = 2_000;

    private readonly Dictionary<string, List<(int Property, int Weight)>> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Dictionary<int, int>> _remembered = new(StringComparer.Ordinal);

    /// <summary>Adds the words of a property.</summary>
    /// <param name="property">Its number in the caller's list.</param>
    public void Add(int property, string name, string type, string? address, IEnumerable<string> unitNames)
    {
        Dictionary<string, int> weights = new(StringComparer.Ordinal);
        Weigh(name, InName);
        foreach (var unit in unitNames)
        {
            Weigh(unit, InUnitName);
        }

        Weigh(type, Elsewhere);
        Weigh(address ?? "", Elsewhere);
        foreach (var (word, weight) in weights)
        {
            if (!_words.TryGetValue(word, out var properties))
            {
                _words.Add(word, properties = []);
            }

            properties.Add((property, weight));
        }

        void Weigh(string text, int weight)
        {
            foreach (var word in Words(text))
            {
                weights[word] = Math.Max(weight, weights.GetValueOrDefault(word));
            }
        }
    }

    /// <summary>The points of every property that all words fit; null when no text was given.</summary>
    public IReadOnlyDictionary<int, int>? Match(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        Dictionary<int, int>? points = null;
        foreach (var word in Words(text).Distinct().Take(MostWords))
        {
            var fits = Fits(word);
            points = points is null
                ? fits
                : points.Where(p => fits.ContainsKey(p.Key)).ToDictionary(p => p.Key, p => p.Value + fits[p.Key]);
        }

        return points ?? [];
    }

    /// <summary>The words of a text: letters and digits, without accents, in lower case.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var c in Inventory.Text.Fold(text))
        {
            if (char.IsLetterOrDigit(c))
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private Dictionary<int, int> Fits(string word)
    {
        if (_remembered.TryGetValue(word, out var known))
        {
            return known;
        }

        if (_remembered.Count >= MostRemembered)
        {
            _remembered.Clear();
        }

        Dictionary<int, int> best = [];
        foreach (var (candidate, properties) in _words)
        {
            if (Points(word, candidate) is not (> 0 and var points))
            {
                continue;
            }

            foreach (var (property, weight) in properties)
            {
                best[property] = Math.Max(points * weight, best.GetValueOrDefault(property));
            }
        }

        return _remembered[word] = best;
    }

    private static int Points(string word, string candidate)
    {
        if (candidate.StartsWith(word, StringComparison.Ordinal) && (word.Length > 1 || candidate.Length == 1))
        {
            return candidate.Length == word.Length ? 6 : 4;
        }

        var forgiven = Spelling.Forgiven(word.Length);
        var slips = forgiven == 0 ? 1 : Spelling.Distance(word, candidate, forgiven);
        return slips <= forgiven ? 3 - slips : 0;
    }
}
