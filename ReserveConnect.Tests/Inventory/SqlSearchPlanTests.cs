using System.Text.RegularExpressions;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Search.Sql;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>A search in SQL looks at the nights of its own city only, by unit and date, however many others there are.</summary>
public sealed partial class SqlSearchPlanTests(AgreementWorld world) : IClassFixture<AgreementWorld>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_calendars_of_other_cities_are_not_looked_at(bool isAnalysed)
    {
        var random = new Random(7);
        var city = await world.CityAsync(random, 10);
        await world.CityAsync(random, 30);
        if (isAnalysed)
            await world.World.ExecuteAsync("ANALYZE reserve.availability_calendar, reserve.properties_map, reserve.unit_map, reserve.rate_plans");
        // All of the city's calendar: where most of the table is wanted, a planner that may would rather read all of it.
        var dates = new StayDates(city.Today, city.Today.AddDays(StayDates.LongestWindow), 3);
        await using var snapshot = (await CitySnapshot.OpenAsync(world.World.Get<ReserveDatabase>(), city.Slug, null, default))!;
        var values = (await world.World.Get<SqlSearches>().ValuesAsync(snapshot, dates, CatalogueFilter.None, 1, SeenProperties.None)) with { Limit = 20 };

        foreach (var statement in (string[])[StayPages.Sql(SearchSort.Price), Facets.Sql, NearFitRows.Sql])
        {
            var plan = string.Join('\n', await snapshot.QueryAsync<string>($"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {statement}", values));

            Assert.DoesNotMatch("(Seq|Bitmap Heap) Scan on availability_calendar", plan);
            var looks = Look().Matches(plan);
            Assert.NotEmpty(looks);
            Assert.All(looks, look => Assert.Contains("unit_id = l.unit_id", look.Value));
            Assert.All(looks, look => Assert.Matches("date >?= ", look.Value));
        }
    }

    [GeneratedRegex(@"Index (Only )?Scan using \w+ on availability_calendar.*\n.*Index Cond.*")]
    private static partial Regex Look();
}
