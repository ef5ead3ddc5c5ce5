using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class TextIndexTests
{
    private readonly TextIndex _index = new();

    public TextIndexTests()
    {
        _index.Add(0, "Chalé da Árvore", "chalet", "Rua São José, 12", ["Quarto do Sótão"]);
        _index.Add(1, "Pousada Montanha", "pousada", "Estrada do Chalé", ["Suíte"]);
        _index.Add(2, "Casa 7", "house", null, ["Chalé dos fundos"]);
    }

    [Theory]
    [InlineData("chale", "0:18 1:6 2:12")]
    [InlineData("CHALÉ", "0:18 1:6 2:12")]
    [InlineData("arvore chale", "0:36")]
    [InlineData("mont", "1:12")]
    [InlineData("m", "")]
    [InlineData("7", "2:18")]
    [InlineData("chael", "0:6 1:2 2:4")]
    [InlineData("puosada", "1:6")]
    [InlineData("montnaha", "1:6")]
    [InlineData("motnanah", "1:3")]
    [InlineData("sao josé", "0:12")]
    [InlineData("soa", "")]
    [InlineData("chale inexistente", "")]
    [InlineData("%' OR 1=1 --", "")]
    [InlineData("%", "")]
    [InlineData("chale%' --", "0:18 1:6 2:12")]
    public void Words_fit_exactly_as_a_beginning_or_with_a_slip_of_the_pen(string text, string points) =>
        Assert.Equal(points, string.Join(' ', _index.Match(text)!.OrderBy(p => p.Key).Select(p => $"{p.Key}:{p.Value}")));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Without_a_text_nothing_is_asked(string? text) => Assert.Null(_index.Match(text));

    [Fact]
    public void Words_after_the_tenth_are_left_out()
    {
        var ten = string.Join(' ', Enumerable.Range(0, 10).Select(i => "chale"[..(i % 4 + 2)]).Distinct());
        Assert.NotEmpty(_index.Match(ten)!);
        Assert.Empty(_index.Match($"{ten} inexistente")!);
        Assert.Equal(10, TextIndex.MostWords);
        var long_ = string.Join(' ', Enumerable.Range(0, 10).Select(i => $"casa{i}"));
        Assert.Equal(_index.Match(long_), _index.Match($"{long_} inexistente"));
    }
}
