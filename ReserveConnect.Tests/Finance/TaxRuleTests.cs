using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary>Tax rules over HTTP: data, and none of them a line of the program.</summary>
public sealed class TaxRuleTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_rule_is_made_listed_ended_replaced_and_removed()
    {
        var today = market.Today();
        var first = await market.MakeAsync("tax", Tax("CIDE", 10m, "commission", today));
        Assert.Equal(("CIDE", "commission", 10m), (Text(first, "tax_type"), Text(first, "applies_to"), Number(first, "rate")));
        var token = await market.TokenAsync("supervisor");

        var second = await market.MakeAsync("tax", Tax("CIDE", 8m, "commission", today.AddDays(5), replaces: Text(first, "id")));
        Assert.Equal(HttpStatusCode.OK, (await market.PostAsync($"admin/tax-rules/{Text(second, "id")}/end", new { effective_to = Day(today.AddDays(9)), reason = "r" }, token)).Status);
        Assert.Equal(
            [(8m, Day(today.AddDays(5)), Day(today.AddDays(9))), (10m, Day(today), Day(today.AddDays(4)))],
            (await ListAsync("tax_type=CIDE")).Select(r => (Number(r!, "rate"), Text(r!, "effective_from"), Text(r!, "effective_to"))));
        Assert.Single(await ListAsync($"tax_type=CIDE&applies_to=commission&on={Day(today.AddDays(5))}"));
        Assert.Empty(await ListAsync("tax_type=CIDE&applies_to=payout"));
        Assert.Equal(HttpStatusCode.NoContent, (await market.SendAsync(HttpMethod.Delete, $"admin/tax-rules/{Text(second, "id")}", null, token)).Status);
        Refused(await market.SendAsync(HttpMethod.Delete, $"admin/tax-rules/{Text(first, "id")}", null, token), HttpStatusCode.Conflict, "rule_has_begun");
        Refused(await market.SendAsync(HttpMethod.Delete, $"admin/tax-rules/{Text(second, "id")}", null, token), HttpStatusCode.NotFound, "rule_not_found");
        Assert.Equal("create,create,end,end,remove", await market.ReadAsync<string>(
            "SELECT string_agg(action, ',' ORDER BY action) FROM reserve.audit_logs WHERE entity_type = 'tax_rule' AND entity_id IN (@first::uuid, @second::uuid)",
            new { first = Text(first, "id"), second = Text(second, "id") }));
    }

    [Fact]
    public async Task One_tax_of_one_place_on_one_base_is_in_force_once_also_when_two_make_it()
    {
        var today = market.Today();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.TokenAsync("supervisor")));

        var answers = await Task.WhenAll(tokens.Select((token, number) => market.PostAsync("admin/tax-rules", Tax("CSLL", number, "commission", today), token)));

        var made = Text(Assert.Single(answers, a => a.Status == HttpStatusCode.Created).Body, "id");
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a =>
        {
            Refused(a, HttpStatusCode.UnprocessableEntity, "rules_overlap");
            Assert.Equal(made, Text(a.Body, "rule_id"));
        });
        await market.MakeAsync("tax", Tax("CSLL", 1m, "commission", today, city: Urubici));
        await market.MakeAsync("tax", Tax("CSLL", 1m, "payout", today));
    }

    [Theory]
    [InlineData("iss", 5, "commission", "2150-01-01", null, "tax_type:invalid_value")]
    [InlineData("BOOKING", 5, "commission", "2150-01-01", null, "tax_type:invalid_value")]
    [InlineData("ISS", 100.01, "commission", "2150-01-01", null, "rate:invalid_value")]
    [InlineData("ISS", -0.01, "commission", "2150-01-01", null, "rate:invalid_value")]
    [InlineData("ISS", 0.385, "commission", "2150-01-01", null, "rate:invalid_value")]
    [InlineData("ISS", 5, "fees", "2150-01-01", null, "applies_to:invalid_value")]
    [InlineData("I", 5, "fees", "2150-01-02", "2150-01-01", "effective_to:invalid_period,tax_type:invalid_value,applies_to:invalid_value")]
    [InlineData("ISS", 5, "booking", "2026-01-01", null, "effective_from:in_past")]
    public async Task What_is_no_tax_is_refused_field_by_field_and_nothing_is_written(string type, decimal rate, string appliesTo, string from, string? to, string errors)
    {
        var body = (JsonObject)Tax(type, rate, appliesTo, DateOnly.ParseExact(from, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        body["effective_to"] = to;
        if (to is null)
        {
            body.Remove("effective_to");
        }

        var before = await market.ReadAsync<long>("SELECT count(*) FROM reserve.tax_rules");

        Refused(await market.PostAsync("admin/tax-rules", body, await market.TokenAsync("supervisor")), HttpStatusCode.UnprocessableEntity, "invalid_rule", errors);

        Assert.Equal(before, await market.ReadAsync<long>("SELECT count(*) FROM reserve.tax_rules"));
    }

    [Fact]
    public async Task A_city_that_is_not_there_has_no_tax_and_an_agent_makes_none()
    {
        var unknown = $"{Guid.CreateVersion7()}";
        Refused(
            await market.PostAsync("admin/tax-rules", Tax("ISS", 1m, "commission", market.Today(), city: unknown), await market.TokenAsync("supervisor")),
            HttpStatusCode.NotFound, "city_not_found");
        Assert.Equal(HttpStatusCode.Forbidden, (await market.PostAsync("admin/tax-rules", Tax("X_Y", 1m, "payout", market.Today()), await market.TokenAsync("agent"))).Status);
    }

    [Fact]
    public async Task A_tax_on_bookings_is_in_what_guests_are_quoted_and_shown_from_its_first_day_to_its_last()
    {
        var today = market.Today();
        var stay = (await HitsAsync(today.AddDays(40), today.AddDays(42), null))[0].Stay;
        var quoted = await QuotedAsync(stay);
        Assert.Equal(quoted, await ShownAsync(stay));
        var told = await ToldAsync();

        var id = Text(await market.MakeAsync("tax", Tax("TURISMO", 3m, "booking", today.AddDays(1))), "id");
        await market.MakeAsync("tax", Tax("TURISMO", 3m, "payout", today.AddDays(1)));

        Assert.Equal(told + 1, await ToldAsync());
        Assert.Equal(quoted, await QuotedAsync(stay));
        market.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await QuotedAsync(stay) > quoted);
        await UntilShownAsync(stay, await QuotedAsync(stay));
        market.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await QuotedAsync(stay) > quoted);
        var ended = await market.PostAsync($"admin/tax-rules/{id}/end", new { effective_to = Day(today.AddDays(2)), reason = "r" }, await market.TokenAsync("supervisor"));
        Assert.Equal(HttpStatusCode.OK, ended.Status);
        Assert.Equal(told + 2, await ToldAsync());
        market.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(quoted, await QuotedAsync(stay));
        await UntilShownAsync(stay, quoted);

        // One that begins today is shown without a new day.
        await market.MakeAsync("tax", Tax("TURISMO", 3m, "booking", market.Today(), market.Today(), city: Urubici));
        Assert.True(await QuotedAsync(stay) > quoted);
        await UntilShownAsync(stay, await QuotedAsync(stay));
        var coming = Text(await market.MakeAsync("tax", Tax("TURISMO", 4m, "booking", market.Today().AddDays(9), city: Urubici)), "id");
        told = await ToldAsync();
        await market.SendAsync(HttpMethod.Delete, $"admin/tax-rules/{coming}", null, await market.TokenAsync("supervisor"));
        Assert.Equal(told + 1, await ToldAsync());
    }

    // How often the cities' prices were said to have changed.
    private Task<long> ToldAsync() =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'inventory.changed' AND (payload ->> 'catalogue')::boolean");

    private async Task<decimal> QuotedAsync(Stay stay)
    {
        var answer = await market.GetAsync($"units/{stay.UnitId}/availability?check_in={Day(stay.CheckIn)}&check_out={Day(stay.CheckOut)}&adults=2");
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        return Number(answer.Body["quote"] ?? answer.Body, "total");
    }

    private async Task<decimal?> ShownAsync(Stay stay)
    {
        var property = await market.PropertyOfAsync(stay.UnitId);
        return (await HitsAsync(stay.CheckIn, stay.CheckOut, property)).Where(hit => hit.Stay == stay).Select(hit => (decimal?)hit.Total).SingleOrDefault();
    }

    // All, or until the property's.
    private async Task<List<(Stay Stay, decimal Total)>> HitsAsync(DateOnly checkIn, DateOnly checkOut, Guid? property)
    {
        List<(Stay, decimal)> hits = [];
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await market.GetAsync($"search?city=urubici&check_in={Day(checkIn)}&check_out={Day(checkOut)}&adults=2&limit=100{cursor}")).Body;
            var items = page["items"]!.AsArray();
            hits.AddRange(items.Select(i => (new Stay(i!["unit_id"]!.GetValue<Guid>(), checkIn, checkOut), Number(i, "total"))));
            cursor = page["next_cursor"] is { } next && !items.Any(i => i!["property"]!["id"]!.GetValue<Guid>() == property) ? $"&cursor={next}" : null;
        }

        return hits;
    }

    private Task UntilShownAsync(Stay stay, decimal total) =>
        Marketplace.EventuallyAsync(async () => await ShownAsync(stay) == total, () => $"{total} is not shown\n{market.Complaints}");

    private async Task<JsonArray> ListAsync(string query) =>
        (await market.GetAsync($"admin/tax-rules?{query}&limit=200", await market.TokenAsync("agent"))).Body["items"]!.AsArray();

    private static object Tax(string type, decimal rate, string appliesTo, DateOnly from, DateOnly? to = null, string? replaces = null, string? city = null)
    {
        var body = new JsonObject { ["tax_type"] = type, ["rate"] = rate, ["applies_to"] = appliesTo, ["effective_from"] = Day(from), ["reason"] = "a law" };
        (string Name, string? Value)[] optional = [("effective_to", to is { } last ? Day(last) : null), ("replaces", replaces), ("city_id", city)];
        foreach (var (name, value) in optional.Where(o => o.Value is not null))
        {
            body[name] = value;
        }

        return body;
    }
}
