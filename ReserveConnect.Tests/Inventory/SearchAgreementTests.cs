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
    private const int Searches = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_search_finds_the_same_in_the_index_and_in_SQL(int seed)
    {
        var random = new Random(seed);
        var city = await world.CityAsync(random, 8 + random.Next(20));
        var searches = new RandomSearches(random, city);
        for (var i = 0; i < Searches; i++)
        {
            var search = searches.Stay();
            var all = await PagesAsync(search);
            if (all.Count > 0)
            {
                var (min, max) = searches.Prices(all);
                await PagesAsync(search with { PriceMin = min, PriceMax = max });
            }
        }

        // To the last page; gives the totals that were found.
        async Task<List<decimal>> PagesAsync(StaySearch search)
        {
            List<decimal> totals = [];
            for (var seen = SeenProperties.None; seen is not null;)
            {
                search = search with { Seen = seen };
                var (indexed, sql) = (await world.Indexed.SearchAsync(search, default), await world.Sql.SearchAsync(search, default));
                world.Agree(seed, search, indexed, sql);
                totals.AddRange(indexed.Refusal is null ? indexed.Value.Result.Hits.Select(hit => hit.Total) : []);
                seen = indexed.Refusal is null ? indexed.Value.Result.Next : null;
            }

            return totals;
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task The_catalogue_is_the_same_from_the_index_and_from_SQL(int seed)
    {
        var random = new Random(seed);
        var city = await world.CityAsync(random, 8 + random.Next(20));
        var searches = new RandomSearches(random, city);
        for (var i = 0; i < Searches; i++)
        {
            var query = searches.Catalogue();
            var (min, max) = searches.Prices(await PagesAsync(query));
            await PagesAsync(query with { PriceMin = min, PriceMax = max });
        }

        async Task<List<decimal>> PagesAsync(CatalogueQuery query)
        {
            List<decimal> prices = [];
            for (var seen = SeenProperties.None; seen is not null;)
            {
                query = query with { Seen = seen };
                var (indexed, sql) = (await world.Indexed.ListAsync(query, default), await world.Sql.ListAsync(query, default));
                world.Agree(seed, query, indexed, sql);
                prices.AddRange(indexed.Refusal is null ? indexed.Value.Entries.Select(entry => entry.PriceFrom) : []);
                seen = indexed.Refusal is null ? indexed.Value.Next : null;
            }

            return prices;
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Near_stays_are_the_same_from_the_index_and_from_SQL(int seed)
    {
        var random = new Random(seed);
        var city = await world.CityAsync(random, 15);
        var searches = new RandomSearches(random, city);
        for (var i = 0; i < Searches; i++)
        {
            var request = searches.Request();
            world.Agree(
                seed, request, await world.Alternatives(IndexUse.On).NearAsync(request, default), await world.Alternatives(IndexUse.Off).NearAsync(request, default));
        }
    }
}

/// <summary>One database with many random cities.</summary>
public sealed class AgreementWorld : IAsyncLifetime
{
    private InventoryWorld _world = null!;

    public StaySearches Indexed => Searches(IndexUse.On);

    public StaySearches Sql => Searches(IndexUse.Off);

    /// <summary>Comparisons made.</summary>
    public int Compared { get; private set; }

    internal InventoryWorld World => _world;

    public async Task InitializeAsync() => _world = await InventoryWorld.CreateAsync(settings: ("Reserve:Inventory:IndexDays", "60"));

    public async Task DisposeAsync() => await _world.DisposeAsync();

    public Alternatives Alternatives(IndexUse use) => new(
        _world.Get<AvailabilityIndex>(), _world.Get<SqlAlternatives>(), Options.Create(new SearchOptions { Index = use }), _world.Clock);

    /// <summary>A new city, known to the index.</summary>
    internal async Task<RandomCity> CityAsync(Random random, int properties)
    {
        await using var connection = await _world.OpenAsync();
        var city = await RandomCity.CreateAsync(random, InventoryWorld.Today, properties, connection);
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
        Compared++;
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
