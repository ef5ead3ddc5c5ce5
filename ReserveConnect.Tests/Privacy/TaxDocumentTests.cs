using FsCheck;
using FsCheck.Xunit;
using ReserveConnect.Privacy;
using Xunit;

namespace ReserveConnect.Tests.Privacy;

public sealed class TaxDocumentTests
{
    [Theory]
    [InlineData("529.982.247-25", "***.982.247-**", true)]
    [InlineData("52998224725", "***.982.247-**", true)]
    [InlineData("11.222.333/0001-81", "**.222.333/****-**", false)]
    [InlineData("12.ABC.345/01DE-35", "**.ABC.345/****-**", false)]
    [InlineData("12abc34501de35", "**.ABC.345/****-**", false)]
    public void A_document_is_read_and_shows_itself_masked(string text, string masked, bool isCpf)
    {
        var document = TaxDocument.Parse(text)!;
        Assert.Equal((masked, isCpf), (document.ToString(), document.IsCpf));
        Assert.DoesNotContain(document.Clear, $"{new { document }}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("111.111.111-11")]
    [InlineData("529.982.247-26")]
    [InlineData("529982247")]
    [InlineData("5299822472A")]
    [InlineData("00000000000000")]
    [InlineData("11.222.333/0001-82")]
    [InlineData("12.ABC.345/01DE-3A")]
    public void What_is_no_document_is_not_read(string? text) => Assert.Null(TaxDocument.Parse(text));

    [Property]
    public bool Of_the_hundred_endings_of_nine_digits_one_is_right(uint start)
    {
        var nine = $"{start % 1_000_000_000:000000000}";
        var right = Enumerable.Range(0, 100).Count(ending => TaxDocument.Parse($"{nine}{ending:00}") is not null);
        return right == (nine.Distinct().Count() == 1 ? 0 : 1);
    }

    [Property]
    public bool Of_the_hundred_endings_of_a_company_one_is_right(uint root, ushort branch)
    {
        var twelve = $"{root % 100_000_000:00000000}{branch % 10_000:0000}";
        var right = Enumerable.Range(0, 100).Count(ending => TaxDocument.Parse($"{twelve}{ending:00}") is not null);
        return right == (twelve.Distinct().Count() == 1 && twelve[0] == '0' ? 0 : 1);
    }

    [Property]
    public bool A_masked_document_has_six_places_of_it_at_most(NonNull<string> text)
    {
        var plain = string.Concat(text.Get.Where(char.IsAsciiLetterOrDigit));
        var masked = TaxDocument.Mask(text.Get);
        return masked is null ? plain.Length == 0 : masked.Count(char.IsAsciiLetterOrDigit) <= 6 && masked.Contains("**", StringComparison.Ordinal);
    }

    [Property]
    public bool Masking_a_masked_one_tells_no_more(uint start)
    {
        var masked = TaxDocument.Mask($"{start % 1_000_000_000:000000000}00")!;
        return TaxDocument.Mask(masked) == "***";
    }
}
