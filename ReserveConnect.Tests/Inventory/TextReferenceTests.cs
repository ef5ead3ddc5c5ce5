using System.Text.RegularExpressions;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>
/// The index and SQL match text by the same code, so their agreement says nothing of it: here it is compared with docs/search.md,
/// 'Text', written down plainly.
/// </summary>
public sealed partial class TextReferenceTests
{
    private const string Letters = "aáàâãbcçdeéêfghiíjklmnoóôõpqrstuúüvz0123456789";
    private const string Plain = "aaaaabccdeeefghiijklmnoooopqrstuuuvz0123456789";

    private static readonly string[] Stems = ["casa", "chalé", "pousada", "montanha", "recanto", "árvore", "josé", "são", "ó", "12", "b2", "montanhês", "casarão", new('x', 64), new('x', 65)];
    private static readonly string[] Separators = [" ", "  ", ", ", "-", "'", " / ", "%", ". "];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_text_fits_as_the_document_says(int seed)
    {
        var random = new Random(seed);
        var (hits, points) = (0, new HashSet<int>());
        for (var city = 0; city < 20; city++)
        {
            var index = new TextIndex();
            var properties = Enumerable.Range(0, 12).Select(_ => new Property(
                Some(random, 3), Some(random, 1), random.Next(3) == 0 ? null : Some(random, 3), [.. Enumerable.Range(0, random.Next(3)).Select(_ => Some(random, 2))])).ToList();
            for (var i = 0; i < properties.Count; i++)
                index.Add(i, properties[i].Name, properties[i].Type, properties[i].Address, properties[i].Units);

            for (var search = 0; search < 60; search++)
            {
                var text = Some(random, random.Next(12) == 0 ? 14 : 2);
                var wanted = properties.Select((property, i) => (i, Points: Points(property, text))).Where(p => p.Points > 0).ToDictionary(p => p.i, p => p.Points);

                Assert.Equal(wanted.OrderBy(p => p.Key), index.Match(text)!.OrderBy(p => p.Key));
                hits += wanted.Count;
                points.UnionWith(wanted.Values);
            }
        }

        Assert.True(hits > 1_000, $"{hits} hits");
        Assert.True(points.Count > 20, $"{points.Count} sums of points");
    }

    // All words must fit; each counts with its best.
    private static int Points(Property property, string text)
    {
        var words = Words(text).Distinct().Take(10).ToList();
        var points = words.ConvertAll(word => property.Weighed().Max(place => Words(place.Text).Select(other => Fits(word, other) * place.Weight).DefaultIfEmpty().Max()));
        return points.Contains(0) ? 0 : points.Sum();
    }

    private static int Fits(string word, string other)
    {
        if (word == other)
            return 6;
        if (word.Length >= 2 && other.StartsWith(word, StringComparison.Ordinal))
            return 4;
        if (word.Length > 64 || other.Length > 64)
            return 0;
        var slips = SpellingTests.Defined(word, other);
        return slips == 1 && word.Length >= 4 ? 2 : slips == 2 && word.Length >= 8 ? 1 : 0;
    }

    private static IEnumerable<string> Words(string text) =>
        Word().Matches(string.Concat(text.ToLowerInvariant().Select(c => Letters.Contains(c) ? Plain[Letters.IndexOf(c)] : c == 'x' ? 'x' : ' '))).Select(match => match.Value);

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex Word();

    private static string Some(Random random, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => OneWord(random) + Separators[random.Next(Separators.Length)]));

    // As it is, in capitals, its beginning, or with slips of the pen.
    private static string OneWord(Random random)
    {
        var word = Stems[random.Next(Stems.Length)];
        switch (random.Next(6))
        {
            case 0:
                return word.ToUpperInvariant();
            case 1:
                return word[..random.Next(1, word.Length + 1)];
            case 2:
                return Slip(random, word);
            case 3:
                return Slip(random, Slip(random, word));
            default:
                return word;
        }
    }

    private static string Slip(Random random, string word)
    {
        var at = random.Next(word.Length);
        var letter = Letters[random.Next(Letters.Length)];
        return random.Next(4) switch
        {
            0 => word.Insert(at, $"{letter}"),
            1 when word.Length > 1 => word.Remove(at, 1),
            2 when at > 0 => word[..(at - 1)] + word[at] + word[at - 1] + word[(at + 1)..],
            _ => word[..at] + letter + word[(at + 1)..],
        };
    }

    private sealed record Property(string Name, string Type, string? Address, List<string> Units)
    {
        public IEnumerable<(string Text, int Weight)> Weighed() => [(Name, 3), .. Units.Select(unit => (unit, 2)), (Type, 1), (Address ?? "", 1)];
    }
}
