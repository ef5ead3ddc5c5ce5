using System.Text;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Hosts and guests send any text: there is none that cannot be compared.</summary>
public sealed class FoldTests
{
    [Fact]
    public void Every_character_can_be_compared_also_half_of_a_pair()
    {
        for (var c = '\0'; c < char.MaxValue; c++)
            Compare($"Chalé{c}da");
        Compare($"Chalé{char.MaxValue}da");
    }

    [Fact]
    public void So_can_what_is_no_character_beyond_the_first_65536()
    {
        for (var plane = 1; plane <= 16; plane++)
        {
            foreach (var end in (int[])[0xFFFE, 0xFFFF, 0])
                Compare($"Chalé{char.ConvertFromUtf32((plane << 16) | end)}da");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void And_any_row_of_odd_ones(int seed)
    {
        const string odd = "\uD800\uDBFF\uDC00\uDFFF\uFFFE\uFFFF\uFDD0\uFEFF\u0301\u0130aÉ ";
        var random = new Random(seed);
        for (var i = 0; i < 5_000; i++)
            Compare(string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => odd[random.Next(odd.Length)])));
    }

    [Fact]
    public void What_is_no_character_parts_words()
    {
        const string text = "Chalé\uFFFEDA\uD800Árvore\uDC00";

        Assert.Equal("chale\uFFFDda\uFFFDarvore\uFFFD", Text.Fold(text));
        Assert.Equal(["chale", "da", "arvore"], TextIndex.Words(text));
        Assert.Equal("chale da arvore", AmenityTerm.Fold(text));
        Assert.Equal("chale-da-arvore", Slug.Of(text));
    }

    private static void Compare(string text)
    {
        // Throws where anything is left that is no text.
        Assert.True(Text.Fold(text).IsNormalized(NormalizationForm.FormC), text);
        Assert.All(TextIndex.Words(text), word => Assert.True(word.IsNormalized(NormalizationForm.FormC), text));
        Assert.NotEmpty(Slug.Of(text));
    }
}
