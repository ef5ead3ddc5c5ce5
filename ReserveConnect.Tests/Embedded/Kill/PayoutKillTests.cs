using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>A run of payouts, by both ways of paying and over several chunks.</summary>
[TakesLong]
public sealed class PayoutKillTests(ITestOutputHelper output) : KillTest
{
    private const int Properties = 4;
    private const decimal Owed = 1_000m;

    private protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Payouts:Chunk", "2"),
        new("Reserve:Payouts:FirstBackoff", "00:00:00.200"),
        new("Reserve:Payouts:MaxBackoff", "00:00:01"),
        new("Reserve:Payouts:OrphanAge", "00:00:00.500"),
        new("Reserve:Payouts:Tries", "100"),
    ];

    [Fact]
    public async Task Payouts_whose_host_is_killed_at_every_commit_are_sent_once_and_are_in_the_books()
    {
        await LoadCityAsync();
        await OweAsync();
        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token);
        await RunJobAsync("run_payouts", done.Token);
        while (await ReadAsync<long>("SELECT count(*) FROM reserve.payouts WHERE status = 'completed'") < Properties)
        {
            Assert.False(done.IsCancellationRequested, "not everybody is paid");
            // A run that was lost is ordered again, as the clock would the next day; and what has lost its saga gets it.
            await RunJobAsync("run_payouts", done.Token);
            await RunJobAsync("attend_payouts", done.Token);
            await Task.Delay(BetweenTries, CancellationToken.None);
        }

        await done.CancelAsync();
        output.WriteLine($"payouts: killed {await deaths} times");
        await FinishAsync();

        Assert.True(await deaths > 5, "the host was hardly ever killed");
        Assert.Equal(Properties, await ReadAsync<long>("SELECT count(*) FROM reserve.payouts"));
        Assert.Equal([Owed, Owed], await TransfersAsync());
        // 1,000.00 less 0.38 % of it.
        Assert.Equal([996.20m, 996.20m], await PixAsync());
        Assert.Equal(0, await ReadAsync<decimal>("SELECT sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END) FROM reserve.financial_ledger WHERE account = 'property_payable'"));
        await ExpectSoundAsync();
    }

    // Half of them by Stripe, half by PIX, each day what has become due.
    private async Task OweAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.payout_settings
                (property_id, schedule, method, stripe_account_id, pix_key_type, pix_key, pix_owner_document, changed_by, destination_changed_at, changed_at)
            SELECT p.id, 'per_booking', CASE WHEN p.nr % 2 = 0 THEN 'stripe' ELSE 'pix' END, CASE WHEN p.nr % 2 = 0 THEN 'acct_' || p.nr END,
                   CASE WHEN p.nr % 2 = 1 THEN 'random' END, CASE WHEN p.nr % 2 = 1 THEN p.id::text END, CASE WHEN p.nr % 2 = 1 THEN '52998224725' END,
                   'test', now(), now()
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS nr FROM reserve.properties_map ORDER BY id LIMIT @Properties) p;

            SELECT reserve.post_ledger_transaction(
                gen_random_uuid(), 'owed:' || s.property_id, 'adjustment', 'BRL', NULL, NULL, s.property_id, NULL, NULL, NULL, NULL, '', 'test', '\x00', now() - interval '3 days', 'test',
                ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['refund_expense', 'property_payable'], ARRAY['debit', 'credit'], ARRAY[@Owed, @Owed]::numeric[],
                ARRAY[NULL, s.property_id]::uuid[], ARRAY[NULL, NULL]::text[])
            FROM reserve.payout_settings s;
            """,
            new { Properties, Owed });
        foreach (var account in (string[])["acct_2", "acct_4"])
        {
            await ControlAsync(new(Stripe, "/control/accounts"), new { id = account, transfers = "active" });
        }

        await ControlAsync(new(Stripe, "/control/balance"), new { amount = 10_000_000 });
        await ControlAsync(new(MercadoPago, "/control/balance"), new { amount = 100_000m });
    }

    private async Task ControlAsync(Uri address, object body)
    {
        using var response = await Client.PostAsJsonAsync(address, body);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {response.StatusCode}");
    }

    private async Task<IReadOnlyList<decimal>> TransfersAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Stripe, "/v1/transfers?limit=100")) { Headers = { Authorization = new("Bearer", "sk_test_sandbox") } };
        using var response = await Client.SendAsync(request);
        return [.. JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]!.AsArray().Select(t => t!["amount"]!.GetValue<long>() / 100m)];
    }

    private async Task<IReadOnlyList<decimal>> PixAsync() =>
        [.. JsonNode.Parse(await Client.GetStringAsync(new Uri(MercadoPago, "/control/payouts")))!.AsArray().Select(p => p!["amount"]!.GetValue<decimal>())];
}
