using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary>Commission rules over HTTP: agents read them, supervisors make, end and take them back.</summary>
public sealed class CommissionRuleTests(Marketplace market) : IClassFixture<Marketplace>
{
    private const string Unknown = "01a20943-ad57-7b06-9ddd-8c9bc9507b78";

    [Fact]
    public async Task A_rule_is_made_read_ended_and_audited()
    {
        var (property, today) = (await market.PlainPropertyAsync(), market.Today());

        var made = await market.MakeAsync("commission", Percentage(property, 12.5m, today.AddDays(1)));
        var id = Text(made, "id");
        var ended = await EndAsync(id, today.AddDays(30));

        Assert.Equal((HttpStatusCode.OK, Day(today.AddDays(30))), (ended.Status, Text(ended.Body, "effective_to")));
        Assert.Equal(("property", 12.5m, "a contract"), (Text(made, "scope"), Number(made, "rate_percentage"), Text(made, "reason")));
        Assert.StartsWith("supervisor:", Text(made, "created_by"), StringComparison.Ordinal);
        Assert.StartsWith("supervisor:", Text(ended.Body, "ended_by"), StringComparison.Ordinal);
        Assert.Single(await ListAsync($"property_id={property}"));
        Assert.Single(await ListAsync($"property_id={property}&on={Day(today.AddDays(30))}"));
        Assert.Empty(await ListAsync($"property_id={property}&on={Day(today)}"));
        Assert.Empty(await ListAsync($"property_id={property}&on={Day(today.AddDays(31))}"));
        Assert.Equal("create,end", await market.ReadAsync<string>(
            "SELECT string_agg(action, ',' ORDER BY id) FROM reserve.audit_logs WHERE entity_type = 'commission_rule' AND entity_id = @id::uuid", new { id }));
        // The same end again is nothing new.
        Assert.Equal(HttpStatusCode.OK, (await EndAsync(id, today.AddDays(30))).Status);
    }

    [Fact]
    public async Task Rules_are_listed_in_pages()
    {
        var (property, today) = (await market.PlainPropertyAsync(), market.Today());
        for (var number = 0; number < 3; number++)
        {
            await market.MakeAsync("commission", Percentage(property, number, today.AddDays(10 * number), today.AddDays((10 * number) + 5)));
        }

        List<decimal> rates = [];
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await market.GetAsync($"admin/commission-rules?property_id={property}&limit=1{cursor}", await market.TokenAsync("agent"))).Body;
            rates.AddRange(page["items"]!.AsArray().Select(r => Number(r!, "rate_percentage")));
            cursor = page["next_cursor"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal([2m, 1m, 0m], rates);
        Refused(await market.GetAsync("admin/commission-rules?cursor=none", await market.TokenAsync("agent")), HttpStatusCode.BadRequest, "invalid_cursor");
        Assert.Contains(await ListAsync("scope=default"), r => Text(r!, "id") == Default);
    }

    [Theory]
    [InlineData("""{ "rule_type": "share" }""", "rule_type:invalid_value")]
    [InlineData("""{ "rule_type": "percentage" }""", "rate_percentage:required")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 100.01 }""", "rate_percentage:invalid_value")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": -1 }""", "rate_percentage:invalid_value")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12.345 }""", "rate_percentage:invalid_value")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "fixed_amount": 1 }""", "fixed_amount:not_used")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "tiers": [] }""", "tiers:not_used,tiers:invalid_value")]
    [InlineData("""{ "rule_type": "fixed", "fixed_amount": -0.01 }""", "fixed_amount:invalid_value")]
    [InlineData("""{ "rule_type": "fixed", "fixed_amount": 10.001 }""", "fixed_amount:invalid_value")]
    [InlineData("""{ "rule_type": "fixed", "fixed_amount": 10, "min_commission": -1, "max_commission": -2 }""", "min_commission:invalid_value,max_commission:invalid_value,max_commission:invalid_bounds")]
    [InlineData("""{ "rule_type": "fixed", "fixed_amount": 10, "min_commission": 50, "max_commission": 49.99 }""", "max_commission:invalid_bounds")]
    [InlineData("""{ "rule_type": "tiered" }""", "tiers:required")]
    [InlineData("""{ "rule_type": "tiered", "tiers": [] }""", "tiers:invalid_value")]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 1, "rate_percentage": 15 }] }""", "tiers[0].from_bookings:invalid_value")]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 15 }, { "from_bookings": 0, "rate_percentage": 101 }] }""", "tiers[1].from_bookings:invalid_value,tiers[1].rate_percentage:invalid_value")]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 15 }, { "from_bookings": 60, "rate_percentage": 9 }, { "from_bookings": 50, "rate_percentage": 10 }] }""", "tiers[2].from_bookings:invalid_value")]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 15 }, { "from_bookings": 1000001, "rate_percentage": 9 }] }""", "tiers[1].from_bookings:invalid_value")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "property_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78", "city_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "city_id:one_scope")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "effective_from": "2999-01-01" }""", "effective_from:invalid_value")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "effective_to": "2026-01-01" }""", "effective_to:invalid_period")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "effective_to": "2999-01-01" }""", "effective_to:invalid_value")]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12, "effective_from": "2026-01-01", "city_id": "0198b0a0-0000-7000-8000-000000000001" }""", "effective_from:in_past")]
    public async Task A_rule_that_is_not_sound_is_refused_field_by_field_and_nothing_is_written(string body, string errors)
    {
        var rule = JsonNode.Parse(body)!;
        rule["reason"] = "a contract";
        rule["effective_from"] ??= "2150-01-01";
        var before = await StandingAsync();

        var refused = await market.PostAsync("admin/commission-rules", rule, await market.TokenAsync("supervisor"));

        Refused(refused, HttpStatusCode.UnprocessableEntity, "invalid_rule", errors);
        Assert.Equal(before, await StandingAsync());
    }

    [Theory]
    [InlineData("property_id", Unknown, HttpStatusCode.NotFound, "property_not_found")]
    [InlineData("city_id", Unknown, HttpStatusCode.NotFound, "city_not_found")]
    [InlineData("replaces", Unknown, HttpStatusCode.NotFound, "rule_not_found")]
    [InlineData("reason", " ", HttpStatusCode.UnprocessableEntity, "reason_required")]
    [InlineData("rate", "1", HttpStatusCode.BadRequest, "unknown_field")]
    [InlineData("effective_from", "tomorrow", HttpStatusCode.BadRequest, "invalid_value")]
    public async Task What_is_not_there_is_not_named(string field, string value, HttpStatusCode status, string code)
    {
        var rule = (JsonObject)Percentage(null, 12m, new DateOnly(2150, 1, 1));
        rule[field] = value;
        var before = await StandingAsync();

        Refused(await market.PostAsync("admin/commission-rules", rule, await market.TokenAsync("supervisor")), status, code);

        Assert.Equal(before, await StandingAsync());
    }

    [Fact]
    public async Task Two_rules_of_one_property_on_one_day_are_refused_and_the_other_is_named()
    {
        var (property, today, token) = (await market.PlainPropertyAsync(), market.Today(), await market.TokenAsync("supervisor"));
        var stands = Text(await market.MakeAsync("commission", Percentage(property, 12m, today.AddDays(10), today.AddDays(20))), "id");
        (int From, int? To)[] overlapping = [(0, null), (0, 10), (20, null), (15, 15), (10, 20)];

        foreach (var (from, to) in overlapping)
        {
            var refused = await market.PostAsync("admin/commission-rules", Percentage(property, 11m, today.AddDays(from), to is { } last ? today.AddDays(last) : null), token);
            Refused(refused, HttpStatusCode.UnprocessableEntity, "rules_overlap", "effective_from:rules_overlap");
            Assert.Equal(stands, Text(refused.Body, "rule_id"));
        }

        var next = Text(await market.MakeAsync("commission", Percentage(property, 11m, today.AddDays(21))), "id");
        var longer = await EndAsync(stands, today.AddDays(21));
        Refused(longer, HttpStatusCode.UnprocessableEntity, "rules_overlap");
        Assert.Equal(next, Text(longer.Body, "rule_id"));
        await market.MakeAsync("commission", Percentage(property, 11m, today, today.AddDays(9)));
    }

    [Fact]
    public async Task Supervisors_who_make_the_same_rule_at_once_make_one()
    {
        var (property, today) = (await market.PlainPropertyAsync(), market.Today());
        var tokens = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => market.TokenAsync("supervisor")));

        var answers = await Task.WhenAll(tokens.Select((token, number) =>
            market.PostAsync("admin/commission-rules", Percentage(property, 10 + number, today.AddDays(number)), token)));

        var made = Text(Assert.Single(answers, a => a.Status == HttpStatusCode.Created).Body, "id");
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a =>
        {
            Refused(a, HttpStatusCode.UnprocessableEntity, "rules_overlap");
            Assert.Equal(made, Text(a.Body, "rule_id"));
        });
        Assert.Single(await ListAsync($"property_id={property}"));
    }

    [Fact]
    public async Task The_same_order_under_one_key_is_one_rule()
    {
        var (property, today, token, key) = (await market.PlainPropertyAsync(), market.Today(), await market.TokenAsync("supervisor"), $"{Guid.CreateVersion7()}");

        var first = await market.PostAsync("admin/commission-rules", Percentage(property, 12m, today), token, key);
        var again = await market.PostAsync("admin/commission-rules", Percentage(property, 12m, today), token, key);
        var other = await market.PostAsync("admin/commission-rules", Percentage(property, 13m, today), token, key);

        Assert.Equal((HttpStatusCode.Created, Text(first.Body, "id")), (again.Status, Text(again.Body, "id")));
        Refused(other, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.Single(await ListAsync($"property_id={property}"));
    }

    [Fact]
    public async Task What_was_in_force_is_not_removed_and_what_is_over_stays()
    {
        var (property, today, token) = (await market.PlainPropertyAsync(), market.Today(), await market.TokenAsync("supervisor"));
        var begun = Text(await market.MakeAsync("commission", Percentage(property, 12m, today)), "id");
        Refused(await RemoveAsync(begun, token), HttpStatusCode.Conflict, "rule_has_begun");
        Refused(await EndAsync(begun, today.AddDays(-1)), HttpStatusCode.UnprocessableEntity, "invalid_rule", "effective_to:invalid_period");
        Assert.Equal(HttpStatusCode.OK, (await EndAsync(begun, today)).Status);
        var coming = Text(await market.MakeAsync("commission", Percentage(property, 11m, today.AddDays(5))), "id");
        Refused(await EndAsync(coming, today.AddDays(4)), HttpStatusCode.UnprocessableEntity, "invalid_rule", "effective_to:invalid_period");

        Assert.Equal(HttpStatusCode.NoContent, (await RemoveAsync(coming, token)).Status);

        Refused(await RemoveAsync(coming, token), HttpStatusCode.NotFound, "rule_not_found");
        Refused(await EndAsync(coming, today.AddDays(9)), HttpStatusCode.NotFound, "rule_not_found");
        Assert.Equal(11m, await market.ReadAsync<decimal>(
            "SELECT (before ->> 'rate_percentage')::numeric FROM reserve.audit_logs WHERE entity_id = @coming::uuid AND action = 'remove'", new { coming }));
        await market.ExecuteAsync(
            "INSERT INTO reserve.commission_rules (id, property_id, rule_type, fixed_amount, effective_from, effective_to) VALUES (@id, @property, 'fixed', 1, '2026-01-01', '2026-01-31')",
            new { id = property, property });
        Refused(await EndAsync($"{property}", today), HttpStatusCode.Conflict, "rule_has_ended");
    }

    [Fact]
    public async Task A_rule_that_replaces_another_ends_it_the_day_before_or_takes_its_place()
    {
        var (property, today) = (await market.PlainPropertyAsync(), market.Today());
        var first = Text(await market.MakeAsync("commission", Percentage(property, 15m, today)), "id");
        var token = await market.TokenAsync("supervisor");
        Refused(
            await market.PostAsync("admin/commission-rules", Percentage(property, 12m, today, replaces: first), token),
            HttpStatusCode.UnprocessableEntity, "invalid_rule", "effective_from:in_force");
        Refused(
            await market.PostAsync("admin/commission-rules", Percentage(property, 12m, today.AddDays(1), replaces: Default), token),
            HttpStatusCode.UnprocessableEntity, "scope_mismatch", "replaces:scope_mismatch");

        var second = Text(await market.MakeAsync("commission", Percentage(property, 12m, today.AddDays(10), replaces: first)), "id");
        var third = Text(await market.MakeAsync("commission", Percentage(property, 11m, today.AddDays(10), replaces: second)), "id");

        var rules = await ListAsync($"property_id={property}");
        Assert.Equal([third, first], rules.Select(r => Text(r!, "id")));
        Assert.Equal(Day(today.AddDays(9)), Text(rules[1]!, "effective_to"));
        Refused(
            await market.PostAsync("admin/commission-rules", Percentage(property, 9m, today.AddDays(30), replaces: first), token), HttpStatusCode.Conflict, "rule_has_ended");
    }

    [Fact]
    public async Task No_day_is_left_without_a_default()
    {
        var (today, token) = (market.Today(), await market.TokenAsync("supervisor"));
        Refused(await EndAsync(Default, today.AddDays(100)), HttpStatusCode.UnprocessableEntity, "no_rule_left", "effective_to:no_rule_left");
        Refused(
            await market.PostAsync("admin/commission-rules", Percentage(null, 14m, today.AddDays(100), today.AddDays(200), Default), token),
            HttpStatusCode.UnprocessableEntity, "no_rule_left");
        Refused(await market.PostAsync("admin/commission-rules", Percentage(null, 14m, today.AddDays(100)), token), HttpStatusCode.UnprocessableEntity, "rules_overlap");

        var next = Text(await market.MakeAsync("commission", Percentage(null, 14m, today.AddDays(100), replaces: Default)), "id");

        Refused(await RemoveAsync(next, token), HttpStatusCode.UnprocessableEntity, "no_rule_left");
        Refused(await EndAsync(Default, today.AddDays(98)), HttpStatusCode.UnprocessableEntity, "no_rule_left");
        Refused(await EndAsync(next, today.AddDays(300)), HttpStatusCode.UnprocessableEntity, "no_rule_left");
        Assert.Equal(Day(today.AddDays(99)), await market.ReadAsync<string>("SELECT effective_to::text FROM reserve.commission_rules WHERE id = @Default::uuid", new { Default }));
    }

    [Fact]
    public async Task An_agent_reads_rules_and_makes_none()
    {
        var (token, property) = (await market.TokenAsync("agent"), await market.PlainPropertyAsync());

        Assert.Equal(HttpStatusCode.OK, (await market.GetAsync("admin/commission-rules", token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await market.PostAsync("admin/commission-rules", Percentage(property, 1m, market.Today()), token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await RemoveAsync(Default, token)).Status);
    }

    private async Task<Answer> EndAsync(string id, DateOnly last) =>
        await market.PostAsync($"admin/commission-rules/{id}/end", new { effective_to = Day(last), reason = "the contract ends" }, await market.TokenAsync("supervisor"));

    private Task<Answer> RemoveAsync(string id, string token) => market.SendAsync(HttpMethod.Delete, $"admin/commission-rules/{id}", null, token);

    private async Task<JsonArray> ListAsync(string query) =>
        (await market.GetAsync($"admin/commission-rules?{query}&limit=200", await market.TokenAsync("agent"))).Body["items"]!.AsArray();

    private Task<string> StandingAsync() => market.ReadAsync<string>("SELECT coalesce(string_agg(r::text, ';' ORDER BY id), '') FROM reserve.commission_rules r");
}
