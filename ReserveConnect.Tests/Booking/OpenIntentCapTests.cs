using System.Net;
using Dapper;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A marketplace in which a client may hold five stays, a site ten, and an e-mail address three from one client and six from all.</summary>
public class CappedMarketplace : Marketplace
{
    public const int PerClient = 5;
    public const int PerSite = 2 * PerClient;
    public const int PerEmailAndClient = 3;
    public const int PerEmail = 6;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Booking:MaxOpenIntentsPerClient", $"{PerClient}"),
        new("Reserve:Booking:OpenIntentsSiteFactor", "2"),
        new("Reserve:Booking:MaxOpenIntentsPerEmailAndClient", $"{PerEmailAndClient}"),
        new("Reserve:Booking:MaxOpenIntentsPerEmail", $"{PerEmail}"),
        // Whose the requests of a test are is said by their header.
        new("Reserve:Http:TrustedProxies", "127.0.0.0/8,::1/128"),
    ];

    /// <summary>Single nights that nobody has asked for, no two of them the same.</summary>
    public async Task<IReadOnlyList<Stay>> FreeNightsAsync(int count)
    {
        await using var connection = await OpenAsync();
        return [.. await connection.QueryAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + 1 AS check_out
            FROM reserve.availability_calendar c
            JOIN reserve.availability_calendar next ON next.unit_id = c.unit_id AND next.date = c.date + 1
            WHERE c.is_available
              AND NOT c.closed_to_arrival
              AND NOT next.closed_to_departure
              AND c.min_stay <= 1
              AND c.effective_allotment > 0
              AND c.date > current_date + 20
              AND c.date < current_date + 300
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.booking_intents i
                  WHERE i.unit_id = c.unit_id
                    AND i.check_in <= c.date + 1
                    AND i.check_out >= c.date)
            ORDER BY md5(c.unit_id::text || c.date::text)
            LIMIT @count
            """,
            new { count })];
    }
}

/// <summary>One client, or one e-mail address, cannot hold all rooms.</summary>
public sealed class OpenIntentCapTests(CappedMarketplace market) : IClassFixture<CappedMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Every hold of a test runs out, so that the next one begins with none.</summary>
    public async Task DisposeAsync()
    {
        market.Clock.Advance(TimeSpan.FromMinutes(16));
        await Marketplace.EventuallyAsync(async () => await OpenAsync() == 0, () => "holds do not run out");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_first_beyond_the_most_is_told_when_a_place_is_free_again()
    {
        for (var hold = 0; hold < CappedMarketplace.PerClient; hold++)
        {
            Assert.Equal(HttpStatusCode.Created, (await AskAsync($"guest{hold}@example.com")).Status);
        }

        var refused = await AskAsync("another@example.com");

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_open_intents"), (refused.Status, refused.Body["code"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("ana@example.com", "ANA@example.com")]
    [InlineData("ana@example.com", "ana+2@example.com")]
    public async Task An_address_is_the_same_however_it_is_written(string email, string other)
    {
        for (var hold = 0; hold < CappedMarketplace.PerEmailAndClient; hold++)
        {
            Assert.Equal(HttpStatusCode.Created, (await AskAsync(email)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(other)).Status);
        Assert.Equal(HttpStatusCode.Created, (await AskAsync("rui@example.com")).Status);
    }

    [Fact]
    public async Task Who_leaves_or_pays_has_a_place_again()
    {
        var held = new List<Held>();
        for (var hold = 0; hold < CappedMarketplace.PerEmailAndClient; hold++)
        {
            held.Add(await market.HoldAsync(await market.FreeStayAsync()));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync("ana@example.com")).Status);
        await market.ConfirmCardAsync(await market.BeginPaymentAsync(held[0], "card"));
        await market.UntilAsync(held[0].IntentId, "confirmed");

        Assert.Equal(HttpStatusCode.Created, (await AskAsync("ana@example.com")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync("ana@example.com")).Status);
    }

    [Fact]
    public async Task A_request_that_is_repeated_counts_once_and_one_that_was_refused_may_be_repeated()
    {
        var (stay, key) = (await market.FreeStayAsync(), Guid.CreateVersion7().ToString());
        for (var time = 0; time < 2 * CappedMarketplace.PerEmailAndClient; time++)
        {
            Assert.Equal(HttpStatusCode.Created, (await market.AskForHoldAsync(stay, key)).Status);
        }

        await AskAsync("ana@example.com");
        await AskAsync("ana@example.com");
        var (late, lateKey) = (await market.FreeStayAsync(), Guid.CreateVersion7().ToString());
        Assert.Equal(HttpStatusCode.TooManyRequests, (await market.AskForHoldAsync(late, lateKey)).Status);
        market.Clock.Advance(TimeSpan.FromMinutes(16));
        await Marketplace.EventuallyAsync(async () => await OpenAsync() == 0, () => "holds do not run out");

        Assert.Equal(HttpStatusCode.Created, (await market.AskForHoldAsync(late, lateKey)).Status);
    }

    [Fact]
    public async Task Nothing_that_is_stored_for_counting_says_who_it_is()
    {
        await AskAsync("ana@example.com");

        Assert.Equal(
            "16 16 16",
            await market.ReadAsync<string>("SELECT DISTINCT octet_length(client_key) || ' ' || octet_length(site_key) || ' ' || octet_length(email_key) FROM reserve.booking_intents"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_many_ask_at_once_no_more_are_held_than_may_be(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        var nights = await market.FreeNightsAsync(4 * CappedMarketplace.PerClient);
        // Some for the same night: locks of clients, addresses and nights meet in every order.
        var stays = nights.Concat(nights.Take(CappedMarketplace.PerClient)).ToList();

        var answers = await Task.WhenAll(stays.Select(stay => market.AskForHoldAsync(stay, email: $"guest{random.Next(4)}@example.com")));

        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests, $"{a.Status}: {a.Body}\n{market.Complaints}"));
        Assert.Equal(CappedMarketplace.PerClient, answers.Count(a => a.Status == HttpStatusCode.Created));
        Assert.InRange(await market.ReadAsync<long>(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM reserve.booking_intents WHERE status = 'created' GROUP BY email_key) e"), 1, CappedMarketplace.PerEmailAndClient);
        await market.ExpectSoundAsync();
    }

    private async Task<Answer> AskAsync(string email) => await market.AskForHoldAsync(await market.FreeStayAsync(), email: email);

    private Task<long> OpenAsync() => market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE status IN ('created', 'payment_pending')");
}
