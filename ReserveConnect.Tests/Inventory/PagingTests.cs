using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>docs/search.md, 'Pages': whatever changes between two pages, on either way to the answer.</summary>
public sealed class PagingTests(AgreementWorld world) : IClassFixture<AgreementWorld>
{
    private const int ChangesBetweenPages = 8;

    [Theory]
    [InlineData(1, SearchSort.Price)]
    [InlineData(2, SearchSort.Rating)]
    [InlineData(3, SearchSort.Relevance)]
    [InlineData(4, SearchSort.Price)]
    [InlineData(5, SearchSort.Rating)]
    [InlineData(6, SearchSort.Relevance)]
    public async Task What_fits_throughout_comes_once_and_nothing_comes_twice_while_prices_holds_and_ratings_change(int seed, SearchSort sort)
    {
        var random = new Random(seed);
        var city = await world.CityAsync(random, 40);
        foreach (var searches in (StaySearches[])[world.Indexed, world.Sql])
        {
            var first = city.Today.AddDays(1 + random.Next(20));
            var search = new StaySearch(
                city.Slug, new StayDates(first, first.AddDays(random.Next(3) + 2), 2), 2, 0, 0, CatalogueFilter.None with { RatingMin = random.Next(2) * 3 },
                null, null, sort, 1 + random.Next(4), SeenProperties.None);
            List<Guid> shown = [];
            HashSet<Guid>? throughout = null;
            for (var seen = search.Seen; seen is not null;)
            {
                var all = await FittingAsync(searches, search);
                throughout = throughout is null ? all : [.. throughout.Intersect(all)];
                var page = (await searches.SearchAsync(search with { Seen = seen }, default)).Value.Result;
                Assert.Equal(all.Count, page.TotalCount);
                Assert.All(page.Hits, hit => Assert.Contains(hit.Property.Id, all));
                shown.AddRange(page.Hits.Select(hit => hit.Property.Id));
                seen = page.Next;
                await ChangeAsync(city, random);
            }

            Assert.NotEmpty(throughout!);
            Assert.Equal(shown.Distinct(), shown);
            Assert.Subset(shown.ToHashSet(), throughout!);
        }
    }

    private static async Task<HashSet<Guid>> FittingAsync(StaySearches searches, StaySearch search) =>
        [.. (await searches.SearchAsync(search with { Limit = 1_000 }, default)).Value.Result.Hits.Select(hit => hit.Property.Id)];

    private async Task ChangeAsync(RandomCity city, Random random)
    {
        await using var connection = await world.World.OpenAsync();
        for (var i = 0; i < ChangesBetweenPages; i++)
            await city.ChangeAsync(connection);
        await world.World.ExecuteAsync(
            "UPDATE reserve.properties_map SET rating = @rating WHERE city_id = @Id AND mod(number, 5) = @fifth",
            new { city.Id, rating = random.Next(5, 11) / 2m, fifth = random.Next(5) });
        await world.ReadAgainAsync(city);
    }
}
