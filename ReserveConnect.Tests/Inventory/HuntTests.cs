using System.Collections.Concurrent;
using System.Diagnostics;
using ReserveConnect.Inventory.Search;
using Xunit;
using Xunit.Abstractions;
namespace ReserveConnect.Tests.Inventory;
public sealed class HuntTests(AgreementWorld world, ITestOutputHelper output) : IClassFixture<AgreementWorld>
{
    [Fact]
    public async Task Hunt()
    {
        var from = int.Parse(Environment.GetEnvironmentVariable("HUNT_FROM") ?? "1000");
        var count = int.Parse(Environment.GetEnvironmentVariable("HUNT") ?? "20");
        var sqlTime = new Stopwatch(); var indexTime = new Stopwatch();
        var stats = new SortedDictionary<string, int>();
        void Stat(string s, int n = 1) => stats[s] = stats.GetValueOrDefault(s) + n;
        var failures = new List<string>();
        for (var seed = from; seed < from + count; seed++)
        {
            var random = new Random(seed);
            var city = await world.CityAsync(random, 8 + random.Next(20));
            var searches = new RandomSearches(random, city);
            try
            {
            for (var i = 0; i < 60; i++)
            {
                var search = searches.Stay();
                var all = await Pages(search);
                if (all.Count > 0) { var (min, max) = searches.Prices(all); await Pages(search with { PriceMin = min, PriceMax = max }); }
                var q = searches.Catalogue();
                var prices = await Cat(q);
                var (a, b) = searches.Prices(prices); await Cat(q with { PriceMin = a, PriceMax = b });
                var r = searches.Request();
                world.Agree(seed, r, await world.Alternatives(IndexUse.On).NearAsync(r, default), await world.Alternatives(IndexUse.Off).NearAsync(r, default));
            }
            }
            catch (Exception e) { failures.Add(e.Message); if (failures.Count > 5) break; }
            async Task<List<decimal>> Cat(CatalogueQuery query)
            {
                List<decimal> prices = [];
                for (var seen = SeenProperties.None; seen is not null;)
                {
                    query = query with { Seen = seen };
                    var (indexed, sql) = (await world.Indexed.ListAsync(query, default), await world.Sql.ListAsync(query, default));
                    world.Agree(seed, query, indexed, sql);
                    Stat(indexed.Refusal is null ? "cat" : "cat refused");
                    prices.AddRange(indexed.Refusal is null ? indexed.Value.Entries.Select(entry => entry.PriceFrom) : []);
                    seen = indexed.Refusal is null ? indexed.Value.Next : null;
                }
                return prices;
            }
            async Task<List<decimal>> Pages(StaySearch search)
            {
                List<decimal> totals = [];
                for (var seen = SeenProperties.None; seen is not null;)
                {
                    search = search with { Seen = seen };
                    indexTime.Start(); var indexed = await world.Indexed.SearchAsync(search, default); indexTime.Stop();
                    sqlTime.Start(); var sql = await world.Sql.SearchAsync(search, default); sqlTime.Stop();
                    world.Agree(seed, search, indexed, sql);
                    if (indexed.Refusal is { } refusal) Stat("refused " + refusal.Code);
                    else
                    {
                        Stat(indexed.Value.Result.TotalCount == 0 ? "empty" : "found");
                        Stat("hits", indexed.Value.Result.Hits.Count);
                        foreach (var n in indexed.Value.Result.NearFits ?? []) Stat("near " + n.Reason);
                        if (indexed.Value.Result.Facets is { } f) Stat("facets" + (f.Price is null ? " none" : ""));
                    }
                    totals.AddRange(indexed.Refusal is null ? indexed.Value.Result.Hits.Select(hit => hit.Total) : []);
                    seen = indexed.Refusal is null ? indexed.Value.Result.Next : null;
                }
                return totals;
            }
        }
        output.WriteLine($"compared {world.Compared} index {indexTime.ElapsedMilliseconds} sql {sqlTime.ElapsedMilliseconds} " + string.Join(", ", stats.Select(s => $"{s.Key}={s.Value}")));
        Assert.True(failures.Count == 0, output.ToString() + string.Join("\n\n", failures));
    }
}
