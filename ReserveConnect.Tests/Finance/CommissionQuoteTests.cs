using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary><c>calculate_commission</c>: by the rules of the day, and with its reasons.</summary>
public sealed class CommissionQuoteTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task The_roadmaps_booking_of_a_thousand_comes_to_what_the_worked_example_says()
    {
        var quote = await QuoteAsync(new { property_id = await market.PlainPropertyAsync(), base_price = 1000m, bookings_this_month = 0 });

        Assert.Equal((150m, 7.5m, 850m), (Number(quote, "commission_amount"), Number(quote, "service_tax"), Number(quote, "net_to_property")));
        Assert.Equal(("default", Default), (Text(quote, "scope"), Text(quote["rule"]!, "id")));
        Assert.Equal("booking 1 of the month is in the tier from 0 earlier ones: 15 % of 1000.00", Text(quote["lines"]![0]!, "text"));
    }

    [Theory]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 12.5 }""", 1234.56, 0, 154.32)]
    [InlineData("""{ "rule_type": "fixed", "fixed_amount": 75.50 }""", 1234.56, 0, 75.50)]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 15 }, { "from_bookings": 50, "rate_percentage": 10 }] }""", 1234.56, 49, 185.18)]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 15 }, { "from_bookings": 50, "rate_percentage": 10 }] }""", 1234.56, 50, 123.46)]
    [InlineData("""{ "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 15 }, { "from_bookings": 50, "rate_percentage": 10 }] }""", 1234.56, 51, 123.46)]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 15, "min_commission": 50 }""", 200, 0, 50)]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 15, "min_commission": 50 }""", 30, 0, 30)]
    [InlineData("""{ "rule_type": "percentage", "rate_percentage": 15, "min_commission": 50, "max_commission": 120 }""", 1000, 0, 120)]
    public async Task Every_kind_of_rule_comes_to_the_cent(string rule, decimal price, int bookings, decimal expected)
    {
        var property = await market.PlainPropertyAsync();
        var body = JsonNode.Parse(rule)!;
        (body["property_id"], body["effective_from"], body["reason"]) = (property, Day(market.Today()), "a contract");
        await market.MakeAsync("commission", body);

        var quote = await QuoteAsync(new { property_id = property, base_price = price + 100m, discount_amount = 100m, bookings_this_month = bookings });

        Assert.Equal(expected, Number(quote, "commission_amount"));
        Assert.Equal(expected, quote["lines"]!.AsArray().Sum(l => Number(l!, "amount")));
        Assert.Equal((price, price - expected), (Number(quote, "base_less_discount"), Number(quote, "net_to_property")));
        Assert.Equal("property", Text(quote, "scope"));
    }

    [Fact]
    public async Task A_propertys_rule_wins_over_its_citys_and_that_over_the_default_each_on_its_days()
    {
        var (property, today) = (await market.PlainPropertyAsync(), market.Today());
        await market.MakeAsync("commission", Percentage(null, 13m, today.AddDays(10), today.AddDays(19), city: Urubici));
        await market.MakeAsync("commission", Percentage(property, 11m, today.AddDays(15), today.AddDays(24)));

        (int Day, string Scope, decimal Amount)[] expected =
        [
            (9, "default", 150m), (10, "city", 130m), (14, "city", 130m), (15, "property", 110m), (19, "property", 110m), (24, "property", 110m), (25, "default", 150m),
        ];
        foreach (var (day, scope, amount) in expected)
        {
            // The first and the last minute of the day in the city.
            foreach (var at in new[] { $"{Day(today.AddDays(day))}T00:00:00-03:00", $"{Day(today.AddDays(day))}T23:59:59-03:00" })
            {
                var quote = await QuoteAsync(new { property_id = property, base_price = 1000m, at, bookings_this_month = 0 });
                Assert.Equal((scope, amount, Day(today.AddDays(day))), (Text(quote, "scope"), Number(quote, "commission_amount"), Text(quote, "date")));
                Assert.NotEmpty(Text(quote, "scope_reason"));
            }
        }
    }

    [Fact]
    public async Task A_month_counts_the_propertys_bookings_from_its_first_moment_in_the_city_to_this_one()
    {
        var booked = await market.BookStayAsync();
        var property = await market.PropertyOfAsync(booked.Held.Stay.UnitId);
        async Task<int> CountAsync(string bookedAt, string at)
        {
            await market.ExecuteAsync("UPDATE reserve.reservations SET booked_at = @at::timestamptz WHERE id = @ReservationId", new { at = bookedAt, booked.ReservationId });
            return (await QuoteAsync(new { unit_id = booked.Held.Stay.UnitId, base_price = 1000m, at }))["bookings_this_month"]!.GetValue<int>();
        }

        // August begins at 03:00 UTC in the city.
        Assert.Equal(1, await CountAsync("2027-08-01T03:00:00Z", "2027-08-15T12:00:00Z"));
        Assert.Equal(0, await CountAsync("2027-08-01T02:59:59.999999Z", "2027-08-15T12:00:00Z"));
        Assert.Equal(1, await CountAsync("2027-08-01T02:59:59.999999Z", "2027-08-01T02:59:59.999999Z"));
        Assert.Equal(1, await CountAsync("2027-08-15T12:00:00Z", "2027-09-01T02:59:59Z"));
        Assert.Equal(0, await CountAsync("2027-08-15T12:00:00Z", "2027-09-01T03:00:00Z"));
        Assert.Equal(0, await CountAsync("2027-08-15T12:00:00Z", "2027-08-15T11:59:59Z"));
        await CountAsync(market.Clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), "2027-08-15T12:00:00Z");
        await market.CancelAsync(booked);
        await market.UntilAsync(booked, "cancelled");
        Assert.Equal(0, await CountAsync("2027-08-15T12:00:00Z", "2027-08-20T12:00:00Z"));
    }

    [Theory]
    [InlineData("""{ "base_price": 100 }""", "property_id:property_or_unit")]
    [InlineData("""{ "base_price": 100, "property_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78", "unit_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "property_id:property_or_unit")]
    [InlineData("""{ "base_price": -1, "unit_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "base_price:invalid_value,discount_amount:invalid_value")]
    [InlineData("""{ "base_price": 100.001, "discount_amount": -5, "unit_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "base_price:invalid_value,discount_amount:invalid_value")]
    [InlineData("""{ "base_price": 100, "discount_amount": 100.01, "unit_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "discount_amount:invalid_value")]
    [InlineData("""{ "base_price": 100, "bookings_this_month": -1, "unit_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "bookings_this_month:invalid_value")]
    [InlineData("""{ "base_price": 100, "at": "1999-01-01T00:00:00Z", "unit_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "at:invalid_value")]
    public async Task What_no_commission_can_be_worked_out_for_is_refused_field_by_field(string body, string errors) =>
        Refused(
            await market.PostAsync("admin/commission/quote", JsonNode.Parse(body)!, await market.TokenAsync("agent")),
            HttpStatusCode.UnprocessableEntity, "invalid_commission_quote", errors);

    [Theory]
    [InlineData("property_id", "property_not_found")]
    [InlineData("unit_id", "unit_not_found")]
    public async Task What_is_not_there_has_no_commission(string field, string code) =>
        Refused(
            await market.PostAsync("admin/commission/quote", new JsonObject { [field] = $"{Guid.CreateVersion7()}", ["base_price"] = 1m }, await market.TokenAsync("agent")),
            HttpStatusCode.NotFound, code);

    [Fact]
    public async Task Before_the_first_rule_there_was_none() =>
        Refused(
            await market.PostAsync(
                "admin/commission/quote", new { property_id = await market.PlainPropertyAsync(), base_price = 1m, at = "2025-12-31T12:00:00Z" }, await market.TokenAsync("agent")),
            HttpStatusCode.UnprocessableEntity, "no_rule_in_force", "at:no_rule_in_force");

    private async Task<JsonNode> QuoteAsync(object body)
    {
        var answer = await market.PostAsync("admin/commission/quote", body, await market.TokenAsync("agent"));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        return answer.Body;
    }
}
