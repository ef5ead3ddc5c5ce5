using System.Diagnostics;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Search.Sql;
using Xunit;
using Xunit.Abstractions;
namespace ReserveConnect.Tests.Inventory;
public sealed class ExplainTests(AgreementWorld world, ITestOutputHelper output) : IClassFixture<AgreementWorld>
{
    [Fact]
    public async Task Explain()
    {
        var n = int.Parse(Environment.GetEnvironmentVariable("EXPLAIN_PROPERTIES") ?? "18");
        var random = new Random(5);
        var others = int.Parse(Environment.GetEnvironmentVariable("EXPLAIN_OTHERS") ?? "0");
        for (var i = 0; i < others; i++) await world.CityAsync(random, n);
        var city = await world.CityAsync(random, n);
        if (Environment.GetEnvironmentVariable("EXPLAIN_ANALYZE") == "1") await world.World.ExecuteAsync("ANALYZE (SKIP_LOCKED)");
        var database = world.World.Get<ReserveDatabase>();
        foreach (var window in new[] { 3, 30 })
        {
        var search = new StaySearch(city.Slug, new StayDates(city.Today.AddDays(5), city.Today.AddDays(5 + window), 3), 2, 0, 0, CatalogueFilter.None, null, null, SearchSort.Price, 20, SeenProperties.None);
        await using var snapshot = await CitySnapshot.OpenAsync(database, city.Slug, null, default);
        var values = (await world.World.Get<SqlSearches>().ValuesAsync(snapshot!, search.Dates, search.Filter, search.Guests, search.Seen)) with { Limit = 20 };
        for (var i = 0; i < 8; i++)
        {
            var w = Stopwatch.StartNew();
            await world.Sql.SearchAsync(search, default);
            output.WriteLine($"whole {w.Elapsed.TotalMilliseconds:0.0}");
        }
        for (var i = 0; i < 8; i++)
        {
            var w = Stopwatch.StartNew();
            await snapshot!.QueryAsync<object>(StayPages.Sql(search.Sort), values);
            output.WriteLine($"statement {w.Elapsed.TotalMilliseconds:0.0}");
        }
        foreach (var line in await snapshot!.QueryAsync<string>("EXPLAIN (ANALYZE, BUFFERS) " + StayPages.Sql(search.Sort), values)) output.WriteLine(line);
        }
    }
}
