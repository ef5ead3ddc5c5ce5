using System.Net;
using System.Net.Http.Json;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Idempotency;

/// <summary>Idempotency-Keys of callers of whom nothing is known: two of them may send the same.</summary>
public sealed class StrangersKeysTests(MarketplaceBehindAProxy market) : IClassFixture<MarketplaceBehindAProxy>
{
    private const string Here = "203.0.113.7";
    private const string Elsewhere = "198.51.100.9";

    [Fact]
    public async Task One_guests_key_books_for_another_as_if_nobody_had_used_it()
    {
        var key = NewKey();
        var first = await HoldAsync(await market.FreeStayAsync(), key, Here, "ana@example.com");

        var second = await HoldAsync(await market.FreeStayAsync(), key, Elsewhere, "bia@example.com");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.NotEqual($"{first.Body["booking_intent_id"]}", $"{second.Body["booking_intent_id"]}");
    }

    [Fact]
    public async Task Whoever_asks_again_from_elsewhere_gets_their_answer_and_no_second_hold()
    {
        var (key, stay) = (NewKey(), await market.FreeStayAsync());
        var first = await HoldAsync(stay, key, Here, "ana@example.com");

        var again = await HoldAsync(stay, key, Elsewhere, "ana@example.com");

        Assert.Equal((HttpStatusCode.Created, $"{first.Body["booking_intent_id"]}"), (again.Status, $"{again.Body["booking_intent_id"]}"));
        Assert.Equal(1, (await market.RoomsAsync(stay with { CheckOut = stay.CheckIn.AddDays(1) })).Held);
    }

    [Fact]
    public async Task In_the_same_network_a_key_serves_one_request()
    {
        var key = NewKey();
        await HoldAsync(await market.FreeStayAsync(), key, Here, "ana@example.com");

        await People.ExpectAsync(
            HttpStatusCode.UnprocessableEntity, "idempotency_key_reused", HoldAsync(await market.FreeStayAsync(), key, Here, "ana@example.com"));
    }

    [Fact]
    public async Task A_strangers_key_tells_nothing_of_who_logged_in_under_it()
    {
        var key = NewKey();
        var (ana, bia) = (await market.NewGuestAsync(), await market.NewGuestAsync());
        var first = await LoginAsync(ana.Email, People.Password, key, Here);
        Assert.Equal(HttpStatusCode.OK, first.Status);

        // Neither that the key was used, nor by whom, nor what was answered.
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", LoginAsync(ana.Email, People.OtherPassword, key, Elsewhere));
        var second = await LoginAsync(bia.Email, People.Password, key, "192.0.2.33");
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.NotEqual($"{first.Body["refresh_token"]}", $"{second.Body["refresh_token"]}");

        // Who sends all of it again gets the same, wherever they are by now.
        var again = await LoginAsync(ana.Email, People.Password, key, "192.0.2.34");
        Assert.Equal($"{first.Body}", $"{again.Body}");
        await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused", LoginAsync(ana.Email, People.OtherPassword, key, Here));
    }

    private static string NewKey() => Guid.CreateVersion7().ToString();

    private Task<Answer> HoldAsync(Stay stay, string key, string from, string email) => SendAsync(
        "booking-intents",
        new
        {
            unit_id = stay.UnitId,
            check_in = stay.CheckIn,
            check_out = stay.CheckOut,
            adults = 1,
            guest = new { email, first_name = "Ana", last_name = "Souza", phone = "+55 48 99999-0000" },
        },
        key,
        from);

    private Task<Answer> LoginAsync(string email, string password, string key, string from) => SendAsync("accounts/login", new { email, password }, key, from);

    private async Task<Answer> SendAsync(string path, object body, string key, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{path}") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("X-Forwarded-For", from);
        return await market.SendAsIsAsync(request);
    }
}
