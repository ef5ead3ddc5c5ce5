using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Access;

public sealed class BookingTokenTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_new_hold_comes_with_a_token_that_opens_it()
    {
        var mine = await market.AskForHoldAsync(await market.FreeStayAsync());
        var token = mine.Body["access_token"]!.GetValue<string>();
        var address = $"/api/booking-intents/{mine.Body["booking_intent_id"]}";

        Assert.Equal((HttpStatusCode.OK, null), await AskAsync(address, token));
        Assert.Equal((HttpStatusCode.Unauthorized, "authentication_required"), await AskAsync(address, null));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await AskAsync("/api/admin/jobs/sync_city", token));
    }

    [Fact]
    public async Task A_hold_that_is_answered_again_under_its_key_comes_with_a_token_that_works_and_is_kept_nowhere()
    {
        var (stay, key) = (await market.FreeStayAsync(), $"{Guid.CreateVersion7()}");
        await market.AskForHoldAsync(stay, key);

        var again = await market.AskForHoldAsync(stay, key);

        Assert.Equal((HttpStatusCode.OK, null), await AskAsync($"/api/booking-intents/{again.Body["booking_intent_id"]}", again.Body["access_token"]!.GetValue<string>()));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.idempotency_keys WHERE response LIKE '%access_token\":\"%'"));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_after_the_hold_has_run_out_gets_no_token()
    {
        var (stay, key) = (await market.FreeStayAsync(), $"{Guid.CreateVersion7()}");
        await market.AskForHoldAsync(stay, key);
        market.Clock.Advance(TimeSpan.FromMinutes(16));

        var again = await market.AskForHoldAsync(stay, key);

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Null(again.Body["access_token"]);
    }

    [Fact]
    public async Task A_token_that_has_run_out_is_refused()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var token = market.TokenOf(held.IntentId);
        market.Clock.Advance(TimeSpan.FromHours(3) + TimeSpan.FromMinutes(1));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), await AskAsync($"/api/booking-intents/{held.IntentId}", token));
    }

    [Theory]
    [InlineData("Basic YW5hOnNvdXph")]
    [InlineData("Bearer")]
    [InlineData("Bearer not.a.token")]
    public async Task What_is_no_token_is_refused_even_where_nobody_has_to_be_known(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents") { Content = JsonContent.Create(new { }) };
        request.Headers.TryAddWithoutValidation("Authorization", header);

        var answer = await market.SendAsIsAsync(request);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Email_and_code_open_the_booking_however_they_are_typed()
    {
        var (code, intentId) = await BookedAsync();

        var answer = await AccessAsync(" ANA@example.com ", code.ToLowerInvariant()[3..]);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var token = answer.Body["access_token"]!.GetValue<string>();
        Assert.Equal((HttpStatusCode.OK, null), await AskAsync($"/api/reservations/{code}", token));
        Assert.Equal((HttpStatusCode.OK, null), await AskAsync($"/api/booking-intents/{intentId}", token));
        var read = await market.Services.GetRequiredService<AccessTokens>().ReadAsync(token);
        Assert.Equal(intentId, read!.BookingIntentId);
    }

    [Fact]
    public async Task A_wrong_code_a_wrong_address_and_no_code_at_all_are_answered_alike()
    {
        var (code, _) = await BookedAsync();

        var answers = new[]
        {
            await AccessAsync("ana@example.com", "RC-00000000"),
            await AccessAsync("bruno@example.com", code),
            await AccessAsync("ana@example.com", "' OR 1=1 --"),
        };

        Assert.All(answers, answer =>
        {
            answer.Body.AsObject().Remove("trace_id");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            Assert.Equal(answers[0].Body.ToJsonString(), answer.Body.ToJsonString());
        });
    }

    [Fact]
    public async Task No_answer_comes_sooner_than_any_other_would()
    {
        var (code, _) = await BookedAsync();
        var least = market.Services.GetRequiredService<IOptions<BookingOptions>>().Value.AccessAnswerTime;
        foreach (var (email, typed) in new[] { ("ana@example.com", code), ("bruno@example.com", code), ("ana@example.com", "no code") })
        {
            var watch = Stopwatch.StartNew();
            await AccessAsync(email, typed);
            // Timers may come a little early.
            Assert.True(watch.Elapsed >= least - TimeSpan.FromMilliseconds(20), $"{typed} was answered after {watch.Elapsed}");
        }
    }

    private async Task<(string Code, Guid IntentId)> BookedAsync()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        return (await market.ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations WHERE booking_intent_id = @IntentId", held), held.IntentId);
    }

    private Task<Answer> AccessAsync(string email, string code) =>
        market.SendAsIsAsync(new(HttpMethod.Post, "/api/reservations/access") { Content = JsonContent.Create(new { email, confirmation_code = code }) });

    private async Task<(HttpStatusCode Status, string? Code)> AskAsync(string address, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        var answer = await market.SendAsIsAsync(request);
        return (answer.Status, answer.Body["code"]?.GetValue<string>());
    }
}
