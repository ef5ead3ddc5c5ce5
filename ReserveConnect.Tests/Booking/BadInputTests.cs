using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Whatever is wrong with a request: a problem document with a stable code, and nothing written.</summary>
public sealed class BadInputTests(Marketplace market) : IClassFixture<Marketplace>
{
    private const string Unknown = "00000000-0000-7000-8000-000000000000";

    [Theory]
    [InlineData("unit_id", Unknown, 404, "unit_not_found")]
    [InlineData("unit_id", "not-a-uuid", 400, "invalid_value")]
    [InlineData("check_in", "2020-01-01", 422, "dates_in_past")]
    [InlineData("check_in", "2030-02-30", 400, "invalid_value")]
    [InlineData("check_out", "SAME", 400, "check_out_not_after_check_in")]
    [InlineData("check_out", "+366", 422, "stay_too_long")]
    [InlineData("check_out", "+364", 422, "beyond_calendar")]
    [InlineData("adults", "99", 422, "too_many_guests")]
    [InlineData("adults", "0", 422, "guests_invalid")]
    [InlineData("children", "-1", 422, "guests_invalid")]
    [InlineData("price", "1.00", 422, "price_not_accepted")]
    [InlineData("total_amount", "1.00", 422, "price_not_accepted")]
    [InlineData("guest.email", "\"nobody\"", 422, "invalid_guest")]
    [InlineData("guest.first_name", "\"\"", 422, "invalid_guest")]
    public async Task A_bad_hold_is_refused(string field, string value, int status, string code)
    {
        var stay = await market.FreeStayAsync();
        var body = Body(stay);
        Set(body, field, value switch
        {
            "SAME" => $"\"{stay.CheckIn:yyyy-MM-dd}\"",
            ['+', .. var days] => $"\"{stay.CheckIn.AddDays(int.Parse(days, System.Globalization.CultureInfo.InvariantCulture)):yyyy-MM-dd}\"",
            _ when field is "unit_id" or "check_in" => $"\"{value}\"",
            _ => value,
        });
        if (field == "check_in" && value == "2020-01-01")
        {
            Set(body, "check_out", "\"2020-01-03\"");
        }

        await RefusedAsync(Json(body.ToJsonString()), status, code);
    }

    [Theory]
    [InlineData("{", 400, "malformed_json")]
    [InlineData("[]", 400, "malformed_json")]
    [InlineData("{}", 400, null)]
    [InlineData("", 400, "malformed_json")]
    public async Task A_body_that_is_no_request_is_refused(string body, int status, string? code) => await RefusedAsync(Json(body), status, code);

    [Fact]
    public async Task A_wrong_content_type_is_refused() =>
        await RefusedAsync(new StringContent("{}", Encoding.UTF8, "text/plain"), 415, "unsupported_media_type");

    [Fact]
    public async Task A_body_over_a_mebibyte_is_refused() =>
        await RefusedAsync(Json($$"""{"special_requests": "{{new string('x', 1_100_000)}}"}"""), 413, null);

    [Fact]
    public async Task A_night_that_is_closed_or_sold_is_refused_with_alternatives()
    {
        var stay = await market.FreeStayAsync(rooms: 1);
        await market.HoldAsync(stay);

        // The alternatives come from the index, which is told of a new city a moment later.
        await Marketplace.EventuallyAsync(
            async () =>
            {
                var answer = await market.AskForHoldAsync(stay);
                Assert.Equal(HttpStatusCode.Conflict, answer.Status);
                Assert.Equal("not_available", answer.Body["code"]!.GetValue<string>());
                return answer.Body["alternatives"]!.AsArray().Count > 0;
            },
            () => "no alternative was offered");
    }

    [Fact]
    public async Task A_stay_shorter_than_the_minimum_is_refused()
    {
        await using var connection = await market.OpenAsync();
        var stay = await Dapper.SqlMapper.QueryFirstAsync<Stay>(
            connection,
            """
            SELECT unit_id, date AS check_in, date + 1 AS check_out
            FROM reserve.availability_calendar
            WHERE min_stay > 1 AND is_available AND effective_allotment > 0 AND NOT closed_to_arrival AND date > current_date + 10
            """);

        await RefusedAsync(Json(Body(stay).ToJsonString()), 422, "minimum_stay");
    }

    [Fact]
    public async Task A_key_used_with_another_body_is_refused()
    {
        var key = Guid.CreateVersion7().ToString();
        var first = await market.FreeStayAsync();
        Assert.Equal(HttpStatusCode.Created, (await market.AskForHoldAsync(first, key)).Status);

        var other = await market.AskForHoldAsync(await market.FreeStayAsync(), key);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Equal("idempotency_key_reused", other.Body["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("GET", "/api/booking-intents/" + Unknown, 404)]
    [InlineData("DELETE", "/api/booking-intents/" + Unknown, 404)]
    [InlineData("POST", "/api/booking-intents/" + Unknown + "/payments/card", 404)]
    [InlineData("POST", "/api/booking-intents/" + Unknown + "/payments/pix", 404)]
    [InlineData("POST", "/api/booking-intents/" + Unknown + "/payments/retry", 404)]
    [InlineData("GET", "/api/booking-intents/" + Unknown + "/payment", 404)]
    [InlineData("GET", "/api/reservations/RC-00000000", 404)]
    [InlineData("GET", "/api/reservations/%27%20OR%201%3D1", 404)]
    [InlineData("POST", "/api/admin/jobs/sync_city", 401)]
    public async Task What_is_not_there_is_not_found(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (status == 404)
            request.Headers.Authorization = new("Bearer", market.TokenOf(Guid.Parse(Unknown)));
        var answer = await market.SendAsync(request);

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
    }

    [Fact]
    public async Task A_booking_that_is_paid_cannot_be_cancelled_or_paid_again()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");

        var cancel = await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        var pay = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/pix"));

        Assert.Equal((HttpStatusCode.Conflict, "intent_not_cancellable"), (cancel.Status, cancel.Body["code"]!.GetValue<string>()));
        Assert.Equal((HttpStatusCode.Conflict, "payment_already_made"), (pay.Status, pay.Body["code"]!.GetValue<string>()));
    }

    private async Task RefusedAsync(HttpContent content, int status, string? code)
    {
        var before = await CountAsync();
        var answer = await market.SendAsync(new(HttpMethod.Post, "/api/booking-intents") { Content = content });

        Assert.True(status == (int)answer.Status, $"{answer.Status}: {answer.Body}");
        Assert.Equal("application/problem+json", answer.MediaType);
        if (code is not null)
        {
            var codes = new[] { answer.Body["code"]!.GetValue<string>() }
                .Concat(answer.Body["errors"]?.AsArray().Select(e => e!["code"]!.GetValue<string>()) ?? []);
            Assert.Contains(code, codes);
        }

        Assert.Equal(before, await CountAsync());
    }

    private Task<long> CountAsync() => market.ReadAsync<long>(
        """
        SELECT (SELECT count(*) FROM reserve.booking_intents) + (SELECT count(*) FROM reserve.booking_holds)
             + (SELECT count(*) FROM reserve.idempotency_keys) + (SELECT coalesce(sum(temp_holds), 0) FROM reserve.availability_calendar)
        """);

    private static JsonObject Body(Stay stay) => new()
    {
        ["unit_id"] = stay.UnitId,
        ["check_in"] = $"{stay.CheckIn:yyyy-MM-dd}",
        ["check_out"] = $"{stay.CheckOut:yyyy-MM-dd}",
        ["adults"] = 1,
        ["guest"] = new JsonObject { ["email"] = "ana@example.com", ["first_name"] = "Ana", ["last_name"] = "Souza" },
    };

    private static void Set(JsonObject body, string field, string value)
    {
        var parts = field.Split('.');
        var target = parts.Length == 2 ? body[parts[0]]!.AsObject() : body;
        target[parts[^1]] = JsonNode.Parse(value);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
