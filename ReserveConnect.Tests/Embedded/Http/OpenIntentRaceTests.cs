using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>Many clients and addresses at once, each up to what it may hold.</summary>
public sealed class OpenIntentRaceTests(CappedMarketplace market) : IClassFixture<CappedMarketplace>
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Clients_and_addresses_in_any_mixture_never_deadlock_and_never_hold_more_than_they_may(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        var nights = await market.FreeNightsAsync(45);
        // A part of them twice: locks of clients, addresses and nights meet in every order.
        var asked = nights.Concat(nights.Take(15)).Select(night => (Stay: night, Client: random.Next(4), Email: random.Next(8))).ToList();

        var answers = await Task.WhenAll(asked.Select(a => AskAsync(seed, a.Stay, a.Client, a.Email)));

        Assert.All(answers, a => Assert.True((int)a.Status < 500, a.Code));
        var held = asked.Zip(answers).Where(p => p.Second.Status == HttpStatusCode.Created).Select(p => p.First).ToList();
        Assert.NotEmpty(held);
        Assert.All(held.CountBy(h => h.Client), client => Assert.InRange(client.Value, 1, CappedMarketplace.PerClient));
        Assert.All(held.CountBy(h => h.Email), email => Assert.InRange(email.Value, 1, CappedMarketplace.PerEmail));

        // Nobody is refused for nothing: whoever was has, or whose address has, all that is allowed.
        Assert.All(asked.Zip(answers).Where(p => p.Second.Status == HttpStatusCode.TooManyRequests), p =>
        {
            Assert.Equal("too_many_open_intents", p.Second.Code);
            // A quarter of an hour, and a second begun: some waited for their turn.
            Assert.InRange(p.Second.RetryAfter, 1, 901);
            Assert.True(
                held.Count(h => h.Client == p.First.Client) == CappedMarketplace.PerClient || held.Count(h => h.Email == p.First.Email) == CappedMarketplace.PerEmail);
        });
        await market.ExpectSoundAsync();
    }

    private async Task<(HttpStatusCode Status, string? Code, int RetryAfter)> AskAsync(int seed, Stay stay, int client, int email)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = JsonContent.Create(new
            {
                unit_id = stay.UnitId,
                check_in = stay.CheckIn,
                check_out = stay.CheckOut,
                adults = 1,
                guest = new { email = $"guest{email}-{seed}@example.com", first_name = "Ana", last_name = "Souza" },
            }),
        };
        request.Headers.Add("X-Forwarded-For", $"203.0.{seed}.{client}");
        using var response = await market.Api.SendAsync(request);
        var code = (await response.Content.ReadFromJsonAsync<JsonNode>())?["code"]?.GetValue<string>();
        var wait = response.Headers.TryGetValues("Retry-After", out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : 0;
        return (response.StatusCode, code, wait);
    }
}
