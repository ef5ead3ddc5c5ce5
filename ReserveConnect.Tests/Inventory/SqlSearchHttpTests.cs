using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Inventory;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>The whole system without an index.</summary>
public sealed class MarketplaceWithoutIndex : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Reserve:Search:Index", "Off")];
}

public sealed class SqlSearchHttpTests(MarketplaceWithoutIndex market) : IClassFixture<MarketplaceWithoutIndex>
{
    private DateOnly In(int days) => DateOnly.FromDateTime(market.Clock.GetUtcNow().UtcDateTime).AddDays(days);

    [Fact]
    public async Task A_search_is_paged_through_and_what_it_names_can_be_had_at_that_price()
    {
        List<string> units = [];
        var cursor = "";
        var path = $"/api/search?city=urubici&check_in={In(30):O}&check_out={In(33):O}&adults=2&limit=4";
        var total = (int)(await GetAsync(path)).Body["total_count"]!;
        do
        {
            var page = await GetAsync(path + cursor);
            Assert.Equal((HttpStatusCode.OK, total), (page.Status, (int)page.Body["total_count"]!));
            foreach (var item in page.Body["items"]!.AsArray())
            {
                var quote = await GetAsync($"/api/units/{(string)item!["unit_id"]!}/availability?check_in={In(30):O}&check_out={In(33):O}&adults=2");
                Assert.Equal((decimal)item["total"]!, (decimal)quote.Body["total"]!);
                units.Add((string)item["unit_id"]!);
            }

            cursor = page.Body["next_cursor"] is { } next ? $"&cursor={(string)next!}" : "";
        }
        while (cursor.Length > 0);

        Assert.True(total > 4, $"{total} properties");
        Assert.Equal(total, units.Distinct().Count());
    }

    [Fact]
    public async Task Facets_and_near_fits_come_with_it()
    {
        var answer = await GetAsync($"/api/search?city=urubici&check_in={In(30):O}&check_out={In(33):O}&facets=true&near_fits=true&text=chale&sort=relevance");

        Assert.NotEmpty(answer.Body["items"]!.AsArray());
        Assert.NotEmpty(answer.Body["facets"]!["amenities"]!.AsArray());
        Assert.NotNull(answer.Body["near_fits"]);
    }

    [Fact]
    public async Task The_catalogue_is_paged_through()
    {
        List<string> slugs = [];
        var cursor = "";
        do
        {
            var page = await GetAsync($"/api/properties?city=urubici&limit=7{cursor}");
            slugs.AddRange(page.Body["items"]!.AsArray().Select(item => (string)item!["property"]!["slug"]!));
            Assert.Equal(20, (int)page.Body["total_count"]!);
            cursor = page.Body["next_cursor"] is { } next ? $"&cursor={(string)next!}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(20, slugs.Distinct().Count());
    }

    [Theory]
    [InlineData("/api/search?city=atlantis&check_in={1}&check_out={3}", 404, "city_not_found")]
    [InlineData("/api/search?city=urubici&check_in={-9}&check_out={1}", 422, "dates_in_past")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&amenities=zeppelin", 400, "unknown_amenity")]
    [InlineData("/api/properties?city=atlantis", 404, "city_not_found")]
    [InlineData("/api/properties?city=urubici&amenities=zeppelin", 400, "unknown_amenity")]
    public async Task What_is_refused_is_refused_alike(string path, int status, string code)
    {
        foreach (var days in (int[])[-9, 1, 3])
            path = path.Replace($"{{{days}}}", $"{In(days):O}", StringComparison.Ordinal);

        var answer = await GetAsync(path);

        Assert.Equal((status, code), ((int)answer.Status, (string)answer.Body["code"]!));
    }

    [Theory]
    [InlineData("check_in={-9}&check_out={1}", "check_in")]
    [InlineData("from={-9}&to={1}&nights=3", "to")]
    [InlineData("from={-9}&to={1}&nights=10", "to")]
    public async Task Dates_in_the_past_are_named_as_they_were_sent(string dates, string field)
    {
        foreach (var days in (int[])[-9, 1])
            dates = dates.Replace($"{{{days}}}", $"{In(days):O}", StringComparison.Ordinal);

        var answer = await GetAsync($"/api/search?city=urubici&{dates}");

        var error = Assert.Single(answer.Body["errors"]!.AsArray());
        Assert.Equal((422, field, "dates_in_past"), ((int)answer.Status, (string)error!["field"]!, (string)error["code"]!));
    }

    [Fact]
    public async Task No_card_is_kept_of_an_answer()
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?city=urubici");
        var searches = market.Services.GetRequiredService<StaySearches>();

        var answer = Assert.IsType<JsonAnswer>(await new GetProperties(searches).RunAsync(request, default));

        Assert.NotEmpty(Assert.IsType<CatalogueAnswer>(answer.Value).Items);
        Assert.Same(ApiJson.Options, answer.Writing);
    }

    [Fact]
    public async Task A_taken_night_is_gone_at_once_and_named_with_alternatives()
    {
        var stay = await market.FreeStayAsync(rooms: 1);
        await market.HoldAsync(stay);

        var answer = await GetAsync($"/api/units/{stay.UnitId}/availability?check_in={stay.CheckIn:O}&check_out={stay.CheckOut:O}&adults=1");

        Assert.Equal((HttpStatusCode.Conflict, "not_available"), (answer.Status, (string)answer.Body["code"]!));
        Assert.NotEmpty(answer.Body["alternatives"]!.AsArray());
        Assert.All(answer.Body["alternatives"]!.AsArray(), a => Assert.False((Guid)a!["unit_id"]! == stay.UnitId && (string)a["check_in"]! == $"{stay.CheckIn:O}"));
        Assert.Equal(HttpStatusCode.Conflict, (await market.AskForHoldAsync(stay)).Status);
    }

    [Fact]
    public async Task No_index_is_built_and_none_is_followed()
    {
        await GetAsync($"/api/search?city=urubici&check_in={In(30):O}&check_out={In(33):O}");
        await GetAsync("/api/properties?city=urubici");
        var stay = await market.FreeStayAsync();

        Assert.Null(market.Services.GetRequiredService<AvailabilityIndex>().Of(stay.UnitId));
        Assert.DoesNotContain(
            market.Services.GetServices<ILoggerProvider>().OfType<CapturedLog>().Single().Lines, line => line.Message.StartsWith("Index of", StringComparison.Ordinal));
    }

    private Task<Answer> GetAsync(string path) => market.SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
}
