using System.Text.Json;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Search.Sql;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>
/// The index and SQL are two implementations of docs/search.md: on random cities they give the same answers, to the last
/// character. They share what fits a text (<see cref="TextIndex"/>), the codes of amenities and the refusals: those are
/// compared with plain references of their own, such as <see cref="TextReferenceTests"/>.
/// </summary>
public sealed class SearchAgreementTests(AgreementWorld world) : IClassFixture<AgreementWorld>
{
    private const int Searches = 90;

    private readonly FoundCount _found = new();

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
        _found.AtLeast(hits: 10 * properties, facets: 15, nearFits: 3);
    }

    [Fact]
    public async Task A_city_of_some_hundred_units_is_searched_alike()
    {
        var city = await world.CityAsync(new Random(9), 150);
        var random = new Random(10);
        for (var i = 0; i < 20; i++)
            await PagesAsync(9, new RandomSearches(random, city).Stay() with { Limit = 50, WithFacets = true });
        _found.AtLeast(hits: 300, facets: 15, nearFits: 5);
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
        _found.AtLeast(hits: 300);
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
            var near = await index.NearAsync(request, default);
            world.Agree(seed, request, near, await sql.NearAsync(request, default));
            _found.Add(near.Count, 0, 0);
        });
        _found.AtLeast(hits: 250);
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
            if (indexed.Refusal is not null)
                break;
            var result = indexed.Value.Result;
            _found.Add(result.Hits.Count, result.Facets is { Amenities.Count: > 0 } ? 1 : 0, result.NearFits?.Count ?? 0);
            totals.AddRange(result.Hits.Select(hit => hit.Total));
            seen = result.Next;
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
            if (indexed.Refusal is not null)
                break;
            _found.Add(indexed.Value.Entries.Count, 0, 0);
            prices.AddRange(indexed.Value.Entries.Select(entry => entry.PriceFrom));
            seen = indexed.Value.Next;
        }

        return prices;
    }
}

/// <summary>What the two agreed on: nothing found on either side would be agreement too.</summary>
internal sealed class FoundCount
{
    private int _hits;
    private int _facets;
    private int _nearFits;

    /// <summary>Counts an answer that was compared; from several threads.</summary>
    /// <param name="facets">1 when it counted filters of anything.</param>
    public void Add(int hits, int facets, int nearFits)
    {
        Interlocked.Add(ref _hits, hits);
        Interlocked.Add(ref _facets, facets);
        Interlocked.Add(ref _nearFits, nearFits);
    }

    /// <summary>Fails when there was less.</summary>
    public void AtLeast(int hits, int facets = 0, int nearFits = 0) => Assert.True(
        _hits >= hits && _facets >= facets && _nearFits >= nearFits, $"{_hits} hits, {_facets} answers with facets, {_nearFits} near fits");
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
