using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Idempotency;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Idempotency;

/// <summary>Requests that are sent again under their Idempotency-Key.</summary>
public sealed class AnswerOnceTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task The_same_key_and_body_get_the_same_answer_and_one_payment()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var key = NewKey();

        var first = await PayAsync(held, "pix", key);
        var second = await PayAsync(held, "pix", key);

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal((first.Status, first.Body.ToJsonString(), first.MediaType), (second.Status, second.Body.ToJsonString(), second.MediaType));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held));
    }

    [Fact]
    public async Task The_answer_that_is_given_again_is_of_its_time_and_says_so()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var key = NewKey();
        await PayAsync(held, "card", key);
        await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        await market.UntilAsync(held.IntentId, "cancelled");

        using var again = await market.Api.SendAsync(Request(held, "card", key));
        using var anew = await market.Api.SendAsync(Request(held, "card", NewKey()));

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal($"/api/booking-intents/{held.IntentId}/payment", again.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, anew.StatusCode);
        Assert.False(anew.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task The_same_key_for_another_thing_is_422_and_does_nothing()
    {
        var (one, other) = (await market.HoldAsync(await market.FreeStayAsync()), await market.HoldAsync(await market.FreeStayAsync()));
        var key = NewKey();
        await LoginAsync(key, "somebody@example.com", "a wrong password");

        var reused = await LoginAsync(key, "somebody@example.com", "another wrong password");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (reused.Status, reused.Body["code"]!.GetValue<string>()));

        // A key is its caller's, and its function's.
        Assert.Equal(HttpStatusCode.Created, (await PayAsync(one, "pix", key)).Status);
        Assert.Equal(HttpStatusCode.Created, (await PayAsync(other, "pix", key)).Status);
        Assert.NotEqual(422, (int)(await PayAsync(one, "card", key)).Status);
    }

    [Fact]
    public async Task Sent_many_times_at_once_it_is_done_once()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PayAsync(held, "pix", key)));

        Assert.All(answers, answer => Assert.True(
            answer.Status == HttpStatusCode.Created
            || (answer.Status == HttpStatusCode.Conflict && answer.Body["code"]!.GetValue<string>() == "request_under_way"),
            answer.Body.ToJsonString()));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Body.ToJsonString()).Distinct());
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held));
    }

    [Fact]
    public async Task What_went_wrong_on_our_side_may_be_tried_again_under_its_key()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var key = NewKey();
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 503, method = "POST", path = "/v1/payments", count = 100 });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PayAsync(held, "pix", key)).Status);
        await market.CalmAsync();

        Assert.Equal(HttpStatusCode.Created, (await PayAsync(held, "pix", key)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("one\tkey")]
    [InlineData("256")]
    public async Task A_key_that_is_none_is_refused_and_nothing_is_done(string key)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());

        var answer = await PayAsync(held, "pix", key == "256" ? new string('k', 256) : key);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_key"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held));
    }

    [Fact]
    public async Task A_run_that_died_is_taken_over_once_it_must_be_dead()
    {
        var answered = market.Services.GetRequiredService<AnsweredRequests>();
        var request = new KeyedRequest("create_pix_payment", "guest", NewKey(), [1]);
        var dead = Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(request, CancellationToken.None));
        Assert.IsType<KeyClaim.UnderWay>(await answered.ClaimAsync(request, CancellationToken.None));
        Assert.IsType<KeyClaim.OtherContent>(await answered.ClaimAsync(request with { Content = [2] }, CancellationToken.None));

        market.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.IsType<KeyClaim.OtherContent>(await answered.ClaimAsync(request with { Content = [2] }, CancellationToken.None));
        var heir = Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(request, CancellationToken.None));
        await answered.KeepAsync(heir, new(201, "application/json", "/here", [1, 2, 3]), CancellationToken.None);
        // What was not dead after all changes nothing any more.
        await answered.KeepAsync(dead, new(500, null, null, []), CancellationToken.None);
        await answered.GiveBackAsync(dead, CancellationToken.None);

        var kept = Assert.IsType<KeyClaim.Answered>(await answered.ClaimAsync(request, CancellationToken.None)).Answer;
        Assert.Equal((201, "application/json", "/here"), (kept.Status, kept.ContentType, kept.Location));
        Assert.Equal([1, 2, 3], kept.Body);
    }

    [Fact]
    public async Task Whoever_tries_again_does_it_under_the_name_of_the_first()
    {
        var answered = market.Services.GetRequiredService<AnsweredRequests>();
        var request = new KeyedRequest("refund_booking", "agent", NewKey(), [1]);
        var first = Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(request, CancellationToken.None));
        await answered.GiveBackAsync(first, CancellationToken.None);

        Assert.IsType<KeyClaim.OtherContent>(await answered.ClaimAsync(request with { Content = [2] }, CancellationToken.None));
        var second = Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(request, CancellationToken.None));
        market.Clock.Advance(TimeSpan.FromMinutes(3));
        var third = Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(request, CancellationToken.None));
        market.Clock.Advance(TimeSpan.FromHours(25));
        var fourth = Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(request, CancellationToken.None));

        Assert.Equal([first.OperationId, first.OperationId], [second.OperationId, third.OperationId]);
        Assert.Equal(3, new[] { first.Claim, second.Claim, third.Claim }.Distinct().Count());
        Assert.NotEqual(first.OperationId, fourth.OperationId);
    }

    [Fact]
    public async Task What_was_sent_cannot_be_guessed_from_what_is_kept()
    {
        var (key, other) = (NewKey(), NewKey());
        await LoginAsync(key, "somebody@example.com", "one and the same password");
        await LoginAsync(other, "somebody@example.com", "one and the same password");

        await using var connection = await market.OpenAsync();
        var hashes = (await connection.QueryAsync<byte[]>(
            "SELECT request_hash FROM reserve.answered_requests WHERE function = 'login' ORDER BY started_at DESC LIMIT 4")).AsList();

        // Of each request the answer, and that its key was used.
        Assert.Equal(2, hashes.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public async Task After_a_day_a_key_is_new_and_its_answer_is_deleted()
    {
        var answered = market.Services.GetRequiredService<AnsweredRequests>();
        var (old, kept) = (new KeyedRequest("f", "guest", NewKey(), [1]), new KeyedRequest("f", "guest", NewKey(), [1]));
        await answered.KeepAsync(Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(old, CancellationToken.None)), new(200, null, null, []), CancellationToken.None);
        market.Clock.Advance(TimeSpan.FromHours(24.5));
        await answered.KeepAsync(Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(kept, CancellationToken.None)), new(200, null, null, []), CancellationToken.None);
        Assert.IsType<KeyClaim.Yours>(await answered.ClaimAsync(old with { Content = [2] }, CancellationToken.None));
        market.Clock.Advance(TimeSpan.FromHours(24));

        Assert.True(await answered.ClearAsync(CancellationToken.None) >= 2);

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.answered_requests WHERE function = 'f'"));
    }

    [Fact]
    public async Task Neither_key_nor_answer_can_be_read_in_the_database()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var key = NewKey();
        var answer = await PayAsync(held, "card", key);
        var secret = answer.Body["client_secret"]!.GetValue<string>();

        await using var connection = await market.OpenAsync();
        var rows = (await connection.QueryAsync<string>("SELECT to_jsonb(a)::text FROM reserve.answered_requests a")).AsList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            Assert.DoesNotContain(secret, row, StringComparison.Ordinal);
            Assert.DoesNotContain(key, row, StringComparison.Ordinal);
            Assert.DoesNotContain("client_secret", row, StringComparison.Ordinal);
        });
    }

    private static string NewKey() => Guid.CreateVersion7().ToString();

    private Task<Answer> PayAsync(Held held, string method, string key) => market.SendAsync(Request(held, method, key, withToken: false));

    private HttpRequestMessage Request(Held held, string method, string key, bool withToken = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/{method}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (withToken)
        {
            request.Headers.Authorization = new("Bearer", market.TokenOf(held.IntentId));
        }

        return request;
    }

    private Task<Answer> LoginAsync(string key, string email, string password)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/accounts/login") { Content = JsonContent.Create(new JsonObject { ["email"] = email, ["password"] = password }) };
        request.Headers.Add("Idempotency-Key", key);
        return market.SendAsync(request);
    }
}
