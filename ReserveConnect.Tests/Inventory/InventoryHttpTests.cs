using System.Net;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class InventoryHttpTests(InventoryMarketplace market) : IClassFixture<InventoryMarketplace>, IAsyncLifetime
{
    private Guid _unit;

    public async Task InitializeAsync()
    {
        _unit = (await market.FreeStayAsync()).UnitId;
        // The index follows the city's first sync by an event; the last of its nights are the last that it learns of.
        await Marketplace.EventuallyAsync(
            async () => (int)(await GetAsync($"/api/search?city=urubici&check_in={In(362):O}&check_out={In(364):O}&adults=1")).Body["total_count"]! > 0,
            () => "the index does not fill");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private DateOnly In(int days) => DateOnly.FromDateTime(market.Clock.GetUtcNow().UtcDateTime).AddDays(days);

    [Fact]
    public async Task What_the_search_names_can_be_had_at_that_price()
    {
        var search = await GetAsync($"/api/search?city=urubici&check_in={In(30):O}&check_out={In(33):O}&adults=2&limit=5");
        Assert.Equal(HttpStatusCode.OK, search.Status);
        var items = search.Body["items"]!.AsArray();
        Assert.NotEmpty(items);

        foreach (var item in items)
        {
            var quote = await GetAsync($"/api/units/{(string)item!["unit_id"]!}/availability?check_in={In(30):O}&check_out={In(33):O}&adults=2");
            Assert.Equal(HttpStatusCode.OK, quote.Status);
            Assert.Equal((decimal)item["total"]!, (decimal)quote.Body["total"]!);
            Assert.Equal((decimal)quote.Body["total"]!, quote.Body["lines"]!.AsArray().Sum(line => (decimal)line!["amount"]!));
            Assert.Equal(3, quote.Body["nights"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_by_cursor_and_a_changed_cursor_is_refused()
    {
        List<string> seen = [];
        var cursor = "";
        do
        {
            var page = await GetAsync($"/api/properties?city=urubici&limit=7{cursor}");
            seen.AddRange(page.Body["items"]!.AsArray().Select(item => (string)item!["property"]!["slug"]!));
            Assert.Equal(20, (int)page.Body["total_count"]!);
            cursor = page.Body["next_cursor"] is { } next ? $"&cursor={(string)next!}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(20, seen.Distinct().Count());
        await ExpectAsync("/api/properties?city=urubici&cursor=QUJD", HttpStatusCode.BadRequest, "invalid_cursor");
    }

    [Fact]
    public async Task A_window_a_text_and_what_other_filters_would_leave_are_answered()
    {
        var all = await GetAsync($"/api/search?city=urubici&from={In(30):O}&to={In(60):O}&nights=2&adults=2&infants=1&facets=true&limit=100");
        Assert.Equal(HttpStatusCode.OK, all.Status);
        Assert.All(all.Body["items"]!.AsArray(), item => Assert.Equal(2, Date(item!["check_out"]).DayNumber - Date(item["check_in"]).DayNumber));
        Assert.Null(all.Body["check_in"]);
        var facets = all.Body["facets"]!;
        Assert.Equal((int)all.Body["total_count"]!, facets["property_types"]!.AsArray().Sum(type => (int)type!["count"]!));
        Assert.Equal(all.Body["items"]!.AsArray().Min(item => (decimal)item!["total"]!), (decimal)facets["price"]!["min"]!);

        var type = facets["property_types"]![0]!;
        var amenity = facets["amenities"]![0]!;
        await CountAsync($"&property_type={(string)type["value"]!}", (int)type["count"]!);
        await CountAsync($"&amenities={(string)amenity["value"]!}", (int)amenity["count"]!);

        var name = (string)all.Body["items"]![0]!["property"]!["name"]!;
        var found = await GetAsync($"/api/search?city=urubici&from={In(30):O}&to={In(60):O}&nights=2&text={Uri.EscapeDataString(name.ToUpperInvariant())}&sort=relevance");
        Assert.Equal(name, (string)found.Body["items"]![0]!["property"]!["name"]!);

        async Task CountAsync(string filter, int count) => Assert.Equal(
            count, (int)(await GetAsync($"/api/search?city=urubici&from={In(30):O}&to={In(60):O}&nights=2&adults=2{filter}")).Body["total_count"]!);
    }

    [Fact]
    public async Task Nearest_first_and_no_farther_than_asked()
    {
        var centre = (await GetAsync("/api/properties?city=urubici&limit=1")).Body["items"]![0]!["property"]!;
        var point = FormattableString.Invariant($"{(double)centre["latitude"]!},{(double)centre["longitude"]!}");

        var near = await GetAsync($"/api/properties?city=urubici&point={point}&radius_km=8&sort=distance&limit=100");

        var metres = near.Body["items"]!.AsArray().Select(item => (long)item!["distance_m"]!).ToList();
        Assert.Equal(0, metres[0]);
        Assert.Equal(metres.Order(), metres);
        Assert.All(metres, distance => Assert.InRange(distance, 0, 8_000));
        Assert.InRange(metres.Count, 1, 19);
    }

    [Fact]
    public async Task What_misses_by_one_thing_is_refused_for_that_thing()
    {
        Dictionary<string, string> refusals = new()
        {
            ["night_missing"] = "not_available", ["minimum_stay"] = "minimum_stay", ["maximum_stay"] = "maximum_stay",
            ["closed_to_arrival"] = "closed_to_arrival", ["closed_to_departure"] = "closed_to_departure",
        };
        HashSet<string> reasons = [];
        for (var day = 10; day < 80; day += 7)
        {
            var dates = $"check_in={In(day):O}&check_out={In(day + 1):O}&adults=2";
            foreach (var near in (await GetAsync($"/api/search?city=urubici&{dates}&near_fits=true")).Body["near_fits"]!.AsArray().Take(3))
            {
                var quote = await GetAsync($"/api/units/{(string)near!["unit_id"]!}/availability?{dates}");
                Assert.Equal(refusals[(string)near["reason"]!], (string)quote.Body["code"]!);
                Assert.Equal((string?)near["night"], (string?)quote.Body["nights"]?[0]);
                reasons.Add((string)near["reason"]!);
            }
        }

        Assert.NotEmpty(reasons);
    }

    [Fact]
    public async Task Catalogue_reads_may_be_kept_and_are_not_sent_twice()
    {
        using var first = await market.Api.GetAsync("/api/properties?city=urubici");
        Assert.Equal("public, max-age=60", first.Headers.CacheControl?.ToString());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/properties?city=urubici");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await market.Api.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_property_is_shown_with_its_units()
    {
        var slug = (string)(await GetAsync("/api/properties?city=urubici&limit=1")).Body["items"]![0]!["property"]!["slug"]!;

        var detail = await GetAsync($"/api/properties/{slug}");

        Assert.Equal(HttpStatusCode.OK, detail.Status);
        Assert.NotEmpty(detail.Body["units"]!.AsArray());
        Assert.NotNull(detail.Body["host_last_synced_at"]);
        await ExpectAsync("/api/properties/no-such-house", HttpStatusCode.NotFound, "property_not_found");
        await ExpectAsync("/api/properties/%27%3B%20DROP%20TABLE", HttpStatusCode.NotFound, "property_not_found");
    }

    [Fact]
    public async Task A_month_of_a_unit_is_shown_night_by_night()
    {
        var stay = await market.FreeStayAsync();
        var month = In(40);

        var calendar = await GetAsync($"/api/units/{stay.UnitId}/availability?month={month:yyyy-MM}");

        Assert.Equal(DateTime.DaysInMonth(month.Year, month.Month), calendar.Body["nights"]!.AsArray().Count);
        Assert.Matches("^\\d+\\.\\d\\d$", calendar.Body["nights"]![0]!["price"]!.ToJsonString());
        Assert.Contains((string)calendar.Body["nights"]![0]!["status"]!, (string[])["available", "unavailable"]);
        Assert.Equal("past", (string)(await GetAsync($"/api/units/{stay.UnitId}/availability?month=2020-02")).Body["nights"]![28]!["status"]!);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("&children=1", 3)]
    [InlineData("&guests=3", 3)]
    [InlineData("&adults=2&children=1", 3)]
    [InlineData("&adults=1&infants=2", 1)]
    public async Task A_party_is_the_same_party_to_quote_month_and_search(string party, int guests)
    {
        var unit = await market.ReadAsync<Guid>("SELECT id FROM reserve.unit_map WHERE max_occupancy >= 4 ORDER BY id LIMIT 1");
        var (first, month) = (new DateOnly(In(60).Year, In(60).Month, 1), $"{In(60):yyyy-MM}");
        await market.ReadAsync<int>(
            """
            WITH free AS (
                UPDATE reserve.availability_calendar
                SET is_available = true, allotment = 9, min_stay = 1, closed_to_arrival = false, closed_to_departure = false
                WHERE unit_id = @unit
                  AND date BETWEEN @first AND @first + 3
                RETURNING 1),
            plans AS (
                UPDATE reserve.rate_plans
                SET extra_guest_fee = 10, base_capacity = CASE WHEN is_season THEN 1 END
                WHERE unit_id = @unit
                RETURNING 1),
            units AS (
                UPDATE reserve.unit_map
                SET base_capacity = 1
                WHERE id = @unit
                RETURNING 1)
            SELECT count(*) FROM free, plans, units
            """,
            new { unit, first });

        var quote = await GetAsync($"/api/units/{unit}/availability?check_in={first:O}&check_out={first.AddDays(1):O}{party}");
        var calendar = await GetAsync($"/api/units/{unit}/availability?month={month}{party}");
        var said = await GetAsync($"/api/search?city=urubici&check_in={first:O}&check_out={first.AddDays(1):O}&limit=100{party}");
        var meant = await GetAsync($"/api/search?city=urubici&check_in={first:O}&check_out={first.AddDays(1):O}&limit=100&guests={guests}");

        var amount = (decimal)quote.Body["nights"]![0]!["amount"]!;
        Assert.Equal((guests - 1) * 10m, (decimal)quote.Body["nights"]![0]!["supplement"]!);
        Assert.Equal(party.Length == 0 ? null : guests, (int?)calendar.Body["guests"]);
        Assert.Equal(party.Length == 0 ? amount - 10 : amount, (decimal)calendar.Body["nights"]![0]!["price"]!);
        Assert.Equal(meant.Body["items"]!.ToJsonString(), said.Body["items"]!.ToJsonString());
    }

    [Fact]
    public async Task A_season_is_in_the_quote_and_in_the_month()
    {
        var unit = await market.ReadAsync<Guid>("SELECT id FROM reserve.unit_map WHERE max_occupancy >= 4 ORDER BY id DESC LIMIT 1");
        var first = new DateOnly(In(90).Year, In(90).Month, 1);
        await market.ReadAsync<int>(
            """
            WITH gone AS (
                DELETE FROM reserve.rate_plans
                WHERE is_season
                  AND unit_id = @unit
                RETURNING 1),
            free AS (
                UPDATE reserve.availability_calendar
                SET is_available = true, allotment = 9, price = NULL, min_stay = 1, closed_to_arrival = false, closed_to_departure = false
                WHERE unit_id = @unit
                  AND date BETWEEN @first AND @first + 4
                RETURNING 1)
            SELECT count(*) FROM free
            """,
            new { unit, first });
        await market.ReadAsync<int>(
            """
            INSERT INTO reserve.rate_plans (id, property_id, unit_id, valid_from, valid_to, base_price, extra_guest_fee, base_capacity, cleaning_fee)
            SELECT gen_random_uuid(), property_id, id, @first::date + 1, @first::date + 2, 777, 30, 2, 99
            FROM reserve.unit_map
            WHERE id = @unit
            RETURNING 1
            """,
            new { unit, first });

        var quote = await GetAsync($"/api/units/{unit}/availability?check_in={first.AddDays(1):O}&check_out={first.AddDays(3):O}&guests=4");
        var calendar = await GetAsync($"/api/units/{unit}/availability?month={first:yyyy-MM}&guests=4");

        Assert.Equal([837m, 837m], quote.Body["nights"]!.AsArray().Select(night => (decimal)night!["amount"]!));
        Assert.Equal(99m, (decimal)quote.Body["cleaning_fee"]!);
        Assert.Equal([837m, 837m], calendar.Body["nights"]!.AsArray().Skip(1).Take(2).Select(night => (decimal)night!["price"]!));
        Assert.NotEqual(837m, (decimal)calendar.Body["nights"]![3]!["price"]!);
    }

    [Theory]
    [InlineData("/api/search?check_in={1}&check_out={3}", "city", "required")]
    [InlineData("/api/search?city=urubici&check_in=01/02/2026&check_out={3}", "check_in", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out=2026-02-30", "check_out", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&adults=none", "adults", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&adults=0", "adults", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&limit=1000", "limit", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&sort=luck", "sort", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&price_min=-1", "price_min", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&price_min=9&price_max=8", "price_max", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&colour=red", "colour", "unknown_parameter")]
    [InlineData("/api/search?city=urubici&check_in={1}", "check_out", "required")]
    [InlineData("/api/search?city=urubici&from={1}&to={3}", "nights", "required")]
    [InlineData("/api/search?city=urubici&from={1}&to={3}&nights=0", "nights", "invalid_value")]
    [InlineData("/api/search?city=urubici&from={1}&to={3}&nights=3", "to", "invalid_value")]
    [InlineData("/api/search?city=urubici&from={1}&to={367}&nights=3", "to", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&nights=2", "check_in", "invalid_combination")]
    [InlineData("/api/search?city=urubici&from={1}&to={3}&nights=2&near_fits=true", "near_fits", "invalid_combination")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&near_fits=perhaps", "near_fits", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&facets=1", "facets", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&infants=11", "infants", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&sort=distance", "sort", "invalid_combination")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&radius_km=5", "radius_km", "invalid_combination")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&point=91,0", "point", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&point=1,2&radius_km=-1", "radius_km", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&rating_min=5.1", "rating_min", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&cancellation_policy=lenient", "cancellation_policy", "invalid_value")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&amenities=wifi,helipad", "amenities", "unknown_amenity")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&cursor=QUJD", "cursor", "invalid_cursor")]
    [InlineData("/api/properties?city=urubici&price_min=9&price_max=8", "price_max", "invalid_value")]
    [InlineData("/api/properties?city=urubici&sort=distance", "sort", "invalid_combination")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&text=%EF%BF%BE", "text", "invalid_text")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&amenities=%EF%BF%BE", "amenities", "invalid_text")]
    [InlineData("/api/properties?city=urubici&text=%EF%BF%BE", "text", "invalid_text")]
    [InlineData("/api/properties?city=urubici&amenities=,", "amenities", "required")]
    [InlineData("/api/search?city=urubici&city=lages&check_in={1}&check_out={3}", "city", "repeated")]
    [InlineData("/api/properties?city=urubici&box=1,2,3", "box", "invalid_value")]
    [InlineData("/api/properties?city=urubici&box=10,0,-10,0", "box", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?check_in={1}", "check_out", "required")]
    [InlineData("/api/units/{unit}/availability?month=2026-13", "month", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?month=2026-12&check_in={1}&check_out={3}", "month", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?check_in={1}&check_out={3}&adults=0", "adults", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?check_in={1}&check_out={3}&children=-1", "children", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?check_in={1}&check_out={3}&infants=11", "infants", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?month=2026-12&infants=x", "infants", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?month=2026-12&guests=0", "guests", "invalid_value")]
    [InlineData("/api/units/{unit}/availability?month=2026-12&guests=2&adults=2", "guests", "invalid_combination")]
    [InlineData("/api/units/{unit}/availability?check_in={1}&check_out={3}&guests=2&children=2", "guests", "invalid_combination")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&guests=2&children=2", "guests", "invalid_combination")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={3}&guests=2&adults=4", "guests", "invalid_combination")]
    [InlineData("/api/units/{unit}/availability?check_out={1}&check_in={3}", "check_out", "check_out_not_after_check_in")]
    public async Task A_bad_parameter_is_named(string path, string field, string code)
    {
        var answer = await GetAsync(Filled(path));

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.MediaType));
        var error = Assert.Single(answer.Body["errors"]!.AsArray());
        Assert.Equal((field, code), ((string)error!["field"]!, (string)error["code"]!));
        Assert.NotNull(answer.Body["trace_id"]);
    }

    [Theory]
    [InlineData("/api/search?city=atlantis&check_in={1}&check_out={3}", 404, "city_not_found")]
    [InlineData("/api/search?city=urubici&check_in={3}&check_out={1}", 400, "check_out_not_after_check_in")]
    [InlineData("/api/search?city=urubici&check_in={-9}&check_out={1}", 422, "dates_in_past")]
    [InlineData("/api/search?city=urubici&check_in={1}&check_out={367}", 422, "stay_too_long")]
    [InlineData("/api/units/{nil}/availability?check_in={1}&check_out={3}", 404, "unit_not_found")]
    [InlineData("/api/units/none/availability?check_in={1}&check_out={3}", 404, "unit_not_found")]
    [InlineData("/api/units/{nil}/availability", 404, "unit_not_found")]
    [InlineData("/api/units/{unit}/availability?check_in={3}&check_out={3}", 400, "check_out_not_after_check_in")]
    [InlineData("/api/units/{unit}/availability?check_in={-9}&check_out={3}", 422, "dates_in_past")]
    [InlineData("/api/units/{unit}/availability?check_in={1}&check_out={367}", 422, "stay_too_long")]
    [InlineData("/api/units/{unit}/availability?check_in={1}&check_out={3}&adults=900", 422, "too_many_guests")]
    [InlineData("/api/units/{unit}/availability?check_in={400}&check_out={401}", 422, "beyond_calendar")]
    public async Task A_stay_that_cannot_be_has_a_stable_code(string path, int status, string code) =>
        await ExpectAsync(Filled(path), (HttpStatusCode)status, code);

    [Theory]
    [InlineData("/api/search?city=urubici&check_in={-9}&check_out={1}", "check_in")]
    [InlineData("/api/search?city=urubici&from={-9}&to={1}&nights=3", "to")]
    [InlineData("/api/search?city=urubici&from={-9}&to={1}&nights=10", "to")]
    public async Task Dates_in_the_past_are_named_as_they_were_sent(string path, string field)
    {
        var answer = await GetAsync(Filled(path));

        var error = Assert.Single(answer.Body["errors"]!.AsArray());
        Assert.Equal((422, field, "dates_in_past"), ((int)answer.Status, (string)error!["field"]!, (string)error["code"]!));
    }

    [Fact]
    public async Task A_taken_night_is_named_with_alternatives()
    {
        var stay = await market.FreeStayAsync(rooms: 1);
        await market.HoldAsync(stay);

        var answer = await GetAsync($"/api/units/{stay.UnitId}/availability?check_in={stay.CheckIn:O}&check_out={stay.CheckOut:O}&adults=1");

        Assert.Equal((HttpStatusCode.Conflict, "not_available"), (answer.Status, (string)answer.Body["code"]!));
        Assert.Equal(2, answer.Body["nights"]!.AsArray().Count);
        Assert.NotEmpty(answer.Body["alternatives"]!.AsArray());
    }

    [Fact]
    public async Task A_held_stay_leaves_the_search()
    {
        var stay = await market.FreeStayAsync(rooms: 1);
        Assert.Contains(stay.UnitId.ToString(), await FoundAsync());

        await market.HoldAsync(stay);

        await Marketplace.EventuallyAsync(async () => !(await FoundAsync()).Contains(stay.UnitId.ToString()), () => "the held unit is still found");

        // Only the cheapest unit of a property is named, so the text is that of every property's cheapest.
        async Task<string> FoundAsync()
        {
            var quote = await GetAsync($"/api/units/{stay.UnitId}/availability?check_in={stay.CheckIn:O}&check_out={stay.CheckOut:O}&adults=1");
            var price = quote.Body["total"] is { } total ? $"&price_min={(decimal)total}&price_max={(decimal)total}" : "";
            return (await GetAsync($"/api/search?city=urubici&check_in={stay.CheckIn:O}&check_out={stay.CheckOut:O}&adults=1&limit=100{price}")).Body.ToJsonString();
        }
    }

    [Fact]
    public async Task Jobs_are_for_operators()
    {
        await PostAsync("/api/admin/jobs/sync_city", null, HttpStatusCode.Unauthorized, "authentication_required");
        await PostAsync("/api/admin/jobs/sync_city", "wrong", HttpStatusCode.Unauthorized, "authentication_required");
        await PostAsync("/api/admin/jobs/no_such_job", "operator-key-of-the-tests", HttpStatusCode.NotFound, "job_not_found");
        await ExpectAsync("/api/admin/jobs/sync_city", HttpStatusCode.Unauthorized, "authentication_required");
    }

    private static DateOnly Date(System.Text.Json.Nodes.JsonNode? date) => DateOnly.ParseExact((string)date!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private string Filled(string path)
    {
        foreach (var days in (int[])[-9, 1, 3, 367, 400, 401])
            path = path.Replace($"{{{days}}}", $"{In(days):O}", StringComparison.Ordinal);
        return path.Replace("{nil}", Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{unit}", _unit.ToString(), StringComparison.Ordinal);
    }

    private Task<Answer> GetAsync(string path) => market.SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    private async Task ExpectAsync(string path, HttpStatusCode status, string code)
    {
        var answer = await GetAsync(path);
        Assert.Equal((status, code, "application/problem+json"), (answer.Status, (string)answer.Body["code"]!, answer.MediaType));
    }

    private async Task PostAsync(string path, string? key, HttpStatusCode status, string code)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (key is not null)
            request.Headers.Add("X-Operator-Key", key);
        var answer = await market.SendAsync(request);
        Assert.Equal((status, code), (answer.Status, (string)answer.Body["code"]!));
    }
}
