using System.Text.Json;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Search.Sql;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>
/// The index and SQL are two implementations of docs/search.md that know nothing of each other: on random cities they give
/// the same answers, to the last character.
/// </summary>
public sealed class SearchAgreementTests(AgreementWorld world) : IClassFixture<AgreementWorld>
{
    private const int Searches = 90;

    // Each with a price filter and without, page by page: some 2,500 comparisons.
    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 12)]
    [InlineData(3, 16)]
    [InlineData(4, 20)]
    [InlineData(5, 24)]
    [InlineData(6, 28)]
    [InlineData(7, 16)]
    [InlineData(8, 20)]
    public async Task A_search_finds_the_same_in_the_index_and_in_SQL(int seed, int properties)
    {
        var city = await world.CityAsync(new Random(seed), properties);
        await ForEachAsync(seed, async random =>
        {
            var searches = new RandomSearches(random, city);
            var search = searches.Stay();
            if (await PagesAsync(seed, search) is { Count: > 0 } totals)
            {
                var (min, max) = searches.Prices(totals);
                await PagesAsync(seed, search with { PriceMin = min, PriceMax = max });
            }
        });
    }

    [Fact]
    public async Task A_city_of_some_hundred_units_is_searched_alike()
    {
        var city = await world.CityAsync(new Random(9), 150);
        var random = new Random(10);
        for (var i = 0; i < 20; i++)
            await PagesAsync(9, new RandomSearches(random, city).Stay() with { Limit = 50, WithFacets = true });
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task The_catalogue_is_the_same_from_the_index_and_from_SQL(int seed)
    {
        var city = await world.CityAsync(new Random(seed), 20);
        await ForEachAsync(seed, async random =>
        {
            var searches = new RandomSearches(random, city);
            var query = searches.Catalogue();
            var (min, max) = searches.Prices(await PagesAsync(seed, query));
            await PagesAsync(seed, query with { PriceMin = min, PriceMax = max });
        });
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Near_stays_are_the_same_from_the_index_and_from_SQL(int seed)
    {
        var city = await world.CityAsync(new Random(seed), 15);
        var (index, sql) = (world.Alternatives(IndexUse.On), world.Alternatives(IndexUse.Off));
        await ForEachAsync(seed, async random =>
        {
            var request = new RandomSearches(random, city).Request();
            world.Agree(seed, request, await index.NearAsync(request, default), await sql.NearAsync(request, default));
        });
    }

    // Two at a time: while the database works on one, the other is compared.
    private static Task ForEachAsync(int seed, Func<Random, Task> compare) => Parallel.ForEachAsync(
        Enumerable.Range(0, Searches), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (i, _) => await compare(new Random((seed * 1_000) + i)));

    // To the last page; gives the totals that were found.
    private async Task<List<decimal>> PagesAsync(int seed, StaySearch search)
    {
        List<decimal> totals = [];
        for (var seen = SeenProperties.None; seen is not null;)
        {
            search = search with { Seen = seen };
            var indexed = await world.Indexed.SearchAsync(search, default);
            world.Agree(seed, search, indexed, await world.Sql.SearchAsync(search, default));
            totals.AddRange(indexed.Refusal is null ? indexed.Value.Result.Hits.Select(hit => hit.Total) : []);
            seen = indexed.Refusal is null ? indexed.Value.Result.Next : null;
        }

        return totals;
    }

    private async Task<List<decimal>> PagesAsync(int seed, CatalogueQuery query)
    {
        List<decimal> prices = [];
        for (var seen = SeenProperties.None; seen is not null;)
        {
            query = query with { Seen = seen };
            var indexed = await world.Indexed.ListAsync(query, default);
            world.Agree(seed, query, indexed, await world.Sql.ListAsync(query, default));
            prices.AddRange(indexed.Refusal is null ? indexed.Value.Entries.Select(entry => entry.PriceFrom) : []);
            seen = indexed.Refusal is null ? indexed.Value.Next : null;
        }

        return prices;
    }
}

/// <summary>One database with many random cities.</summary>
public sealed class AgreementWorld : IAsyncLifetime
{
    private InventoryWorld _world = null!;

    public StaySearches Indexed => Searches(IndexUse.On);

    public StaySearches Sql => Searches(IndexUse.Off);

    internal InventoryWorld World => _world;

    public async Task InitializeAsync()
    {
        _world = await InventoryWorld.CreateAsync(settings: ("Reserve:Inventory:IndexDays", "60"));
        // Gives way to a city's own.
        await _world.ExecuteAsync(
            """
            INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from)
            VALUES (gen_random_uuid(), 'TOURISM', 1.37, 'booking', '2000-01-01')
            """);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    public Alternatives Alternatives(IndexUse use) => new(
        _world.Get<AvailabilityIndex>(), _world.Get<SqlAlternatives>(), Options.Create(new SearchOptions { Index = use }), _world.Clock);

    /// <summary>A new city, known to the index.</summary>
    internal async Task<RandomCity> CityAsync(Random random, int properties)
    {
        await using var connection = await _world.OpenAsync();
        var city = await RandomCity.CreateAsync(random, InventoryWorld.Today, properties, connection);
        // The list of cities is not read more often than once a second.
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        await _world.Get<AvailabilityIndex>().GetAsync(city.Slug, default);
        return city;
    }

    /// <summary>The index learns of whatever changed in the city.</summary>
    internal async Task ReadAgainAsync(RandomCity city)
    {
        var index = _world.Get<AvailabilityIndex>();
        index.MarkStale(city.Id);
        _world.Clock.Advance(TimeSpan.FromSeconds(6));
        await index.KeepAsync(default);
    }

    /// <summary>Fails with the seed, the question and where the answers part.</summary>
    internal void Agree(int seed, object question, object indexed, object sql)
    {
        var (left, right) = (Text(indexed), Text(sql));
        if (left == right)
            return;
        var at = Math.Max(0, left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count() - 200);
        Assert.Fail($"seed {seed}, {Text(question)}\nindex: ...{Cut(left, at)}\nSQL:   ...{Cut(right, at)}");
    }

    private static string Cut(string text, int at) => text.Substring(at, Math.Min(600, text.Length - at));

    private static string Text(object answer) => answer switch
    {
        Outcome<(SearchCity, SearchResult)> { Refusal: null } found => Json(found.Value.Item1, found.Value.Item2),
        Outcome<CatalogueResult> { Refusal: null } found => Json(found.Value),
        Outcome<(SearchCity, SearchResult)> refused => Json(refused.Refusal!),
        Outcome<CatalogueResult> refused => Json(refused.Refusal!),
        _ => Json(answer),
    };

    private static string Json(params object[] parts) => string.Join(' ', parts.Select(part => JsonSerializer.Serialize(part, part.GetType(), ApiJson.Options)));

    private StaySearches Searches(IndexUse use) => new(
        _world.Get<AvailabilityIndex>(), _world.Get<SqlSearches>(), Options.Create(new SearchOptions { Index = use }), _world.Clock);
}
