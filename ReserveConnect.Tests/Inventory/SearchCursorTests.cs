using System.Buffers.Text;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class SearchCursorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_was_shown_comes_back_whatever_it_is(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var numbers = Enumerable.Range(0, random.Next(1, 400)).Select(_ => random.Next(1 << random.Next(1, 31))).ToList();
            var seen = SeenProperties.Of(numbers)!;

            var cursor = SearchCursor.Write(seen, "one");

            Assert.Equal(numbers.Distinct().Order(), SearchCursor.Read(cursor!, "one")!.Numbers);
            Assert.All(numbers, number => Assert.True(seen.Contains(number)));
            Assert.Null(SearchCursor.Read(cursor!, "another"));
            var at = random.Next(cursor!.Length);
            var other = cursor.ToCharArray();
            other[at] = other[at] == 'A' ? 'Q' : 'A';
            Assert.Null(SearchCursor.Read(new string(other), "one"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no cursor at all!")]
    [InlineData("QUJD")]
    [InlineData("QUJDREVGR0hJSktM")]
    public void What_is_no_cursor_is_none(string text) => Assert.Null(SearchCursor.Read(text, "one"));

    [Fact]
    public void A_list_ends_where_its_cursor_would_be_too_long()
    {
        var dense = SeenProperties.Of(Enumerable.Range(7, SeenProperties.Most - 1))!;
        Assert.InRange(SearchCursor.Write(dense, "one")!.Length, 2_000, SearchCursor.Longest);
        Assert.Null(dense.With([5]));
        Assert.Null(SeenProperties.Of([-1]));

        var sparse = SeenProperties.Of(Enumerable.Range(1, SeenProperties.Most - 1).Select(i => i * 100_000))!;
        Assert.Null(SearchCursor.Write(sparse, "one"));
        Assert.Null(SearchCursor.Read(Base64Url.EncodeToString(new byte[SearchCursor.Longest]), "one"));
    }

    [Fact]
    public void A_page_of_a_city_is_a_short_text()
    {
        var random = new Random(7);
        var seen = SeenProperties.Of(Enumerable.Range(0, 20).Select(_ => random.Next(3_000)))!;
        Assert.InRange(SearchCursor.Write(seen, "one")!.Length, 20, 70);
    }
}
