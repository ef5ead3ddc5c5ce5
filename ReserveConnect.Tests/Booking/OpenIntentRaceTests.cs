using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace ReserveConnect.Tests.Booking;

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
        string[] clients = [$"203.0.{seed}.1", $"203.0.{seed}.2", $"2001:db8:{seed}:1::1", $"2001:db8:{seed}:2::1", $"2001:db8:{seed}:3::1"];
        var nights = await market.FreeNightsAsync(60);
        // A part of them twice: locks of sites, addresses and nights meet in every order.
        var asked = nights.Concat(nights.Take(15)).Select(night => new Asked(night, random.GetItems(clients, 1)[0], $"guest{random.Next(3)}-{seed}@example.com")).ToList();

        var answers = await Task.WhenAll(asked.Select(AskAsync));

        Assert.All(answers, a => Assert.True((int)a.Status < 500, a.Code));
        var held = asked.Zip(answers).Where(p => p.Second.Status == HttpStatusCode.Created).Select(p => p.First).ToList();
        Assert.NotEmpty(held);
        Assert.All(held.CountBy(h => h.Client), n => Assert.InRange(n.Value, 1, CappedMarketplace.PerClient));
        Assert.All(held.CountBy(h => h.Site), n => Assert.InRange(n.Value, 1, CappedMarketplace.PerSite));
        Assert.All(held.CountBy(h => (h.Email, h.Site)), n => Assert.InRange(n.Value, 1, CappedMarketplace.PerEmailAndClient));
        Assert.All(held.CountBy(h => h.Email), n => Assert.InRange(n.Value, 1, CappedMarketplace.PerEmail));

        // Nobody is refused for nothing: one of the four has all that is allowed.
        Assert.All(asked.Zip(answers).Where(p => p.Second.Status == HttpStatusCode.TooManyRequests), p =>
        {
            Assert.Equal("too_many_open_intents", p.Second.Code);
            // A quarter of an hour, and a second begun: some waited for their turn.
            Assert.InRange(p.Second.RetryAfter, 1, 901);
            Assert.True(
                held.Count(h => h.Client == p.First.Client) == CappedMarketplace.PerClient
                || held.Count(h => h.Site == p.First.Site) == CappedMarketplace.PerSite
                || held.Count(h => h.Email == p.First.Email && h.Site == p.First.Site) == CappedMarketplace.PerEmailAndClient
                || held.Count(h => h.Email == p.First.Email) == CappedMarketplace.PerEmail);
        });
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Who_holds_stays_with_a_guests_address_does_not_keep_the_guest_out()
    {
        // From as many networks of one site as they like.
        var theirs = await HoldAsync(CappedMarketplace.PerEmailAndClient + 1, n => $"2001:db8:21:{n}::1", "victim@example.com");
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.TooManyRequests], theirs);

        var own = await HoldAsync(CappedMarketplace.PerEmailAndClient + 1, _ => "203.0.21.1", "victim@example.com");

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.TooManyRequests], own);
    }

    [Fact]
    public async Task An_address_has_a_bound_over_all_clients()
    {
        var held = await HoldAsync(CappedMarketplace.PerEmail + 1, n => $"203.0.22.{n}", "everywhere@example.com");

        Assert.All(held.SkipLast(1), status => Assert.Equal(HttpStatusCode.Created, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, held[^1]);
    }

    [Fact]
    public async Task Networks_of_one_IPv6_site_together_hold_no_more_than_a_site_may()
    {
        var answers = await Task.WhenAll((await market.FreeNightsAsync(2 * CappedMarketplace.PerSite))
            .Select((night, n) => AskAsync(new(night, $"2001:db8:23:{n}::1", $"site{n}@example.com"))));

        Assert.Equal(CappedMarketplace.PerSite, answers.Count(a => a.Status == HttpStatusCode.Created));
        Assert.Equal(CappedMarketplace.PerSite, answers.Count(a => a.Status == HttpStatusCode.TooManyRequests));
        Assert.Equal([HttpStatusCode.Created], await HoldAsync(1, _ => "2001:db8:24::1", "neighbour@example.com"));
    }

    private async Task<IReadOnlyList<HttpStatusCode>> HoldAsync(int times, Func<int, string> client, string email)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var (n, night) in (await market.FreeNightsAsync(times)).Index())
        {
            statuses.Add((await AskAsync(new(night, client(n), email))).Status);
        }

        return statuses;
    }

    private async Task<(HttpStatusCode Status, string? Code, int RetryAfter)> AskAsync(Asked asked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = JsonContent.Create(new
            {
                unit_id = asked.Stay.UnitId,
                check_in = asked.Stay.CheckIn,
                check_out = asked.Stay.CheckOut,
                adults = 1,
                guest = new { email = asked.Email, first_name = "Ana", last_name = "Souza" },
            }),
        };
        request.Headers.Add("X-Forwarded-For", asked.Client);
        using var response = await market.Api.SendAsync(request);
        var code = (await response.Content.ReadFromJsonAsync<JsonNode>())?["code"]?.GetValue<string>();
        var wait = response.Headers.TryGetValues("Retry-After", out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : 0;
        return (response.StatusCode, code, wait);
    }

    private sealed record Asked(Stay Stay, string Client, string Email)
    {
        public string Site => Client.Contains(':', StringComparison.Ordinal) ? string.Join(':', Client.Split(':').Take(3)) : Client;
    }
}
