using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>A marketplace with money at its providers, whose payouts are tried again soon.</summary>
public sealed class PayoutMarketplace : Marketplace, IAsyncLifetime
{
    public const decimal ApprovalLimit = 10_000m;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Payouts:BalanceAge", "00:00:00"),
        new("Reserve:Payouts:Tries", "3"),
    ];

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await ControlAsync(Stripe, "/control/balance", new { amount = 100_000_000 });
        await ControlAsync(MercadoPago, "/control/balance", new { amount = 1_000_000m });
    }
}

/// <summary>Properties that are paid, and what they are owed.</summary>
internal static class Paying
{
    public const string Cpf = "52998224725";

    /// <summary>A property that nobody pays yet, paid from now on; by Stripe unless <paramref name="pixKey"/> is given.</summary>
    public static async Task<Guid> PayeeAsync(this Marketplace market, string schedule = "weekly", string? pixKey = null, Somebody? by = null)
    {
        var property = await market.ReadAsync<Guid>(
            """
            SELECT p.id
            FROM reserve.properties_map p
            WHERE NOT EXISTS (SELECT FROM reserve.payout_settings s WHERE s.property_id = p.id)
              AND NOT EXISTS (SELECT FROM reserve.reservations r WHERE r.property_id = p.id)
            ORDER BY p.id
            LIMIT 1
            """);
        Assert.NotEqual(Guid.Empty, property);
        await market.SettleAsync(property, schedule, pixKey, by);
        return property;
    }

    /// <summary>Says where a property is paid.</summary>
    public static async Task SettleAsync(this Marketplace market, Guid property, string schedule = "weekly", string? pixKey = null, Somebody? by = null, int? version = null)
    {
        by ??= await market.SeedAsync("supervisor");
        if (pixKey is null)
        {
            await market.ControlAsync(market.Stripe, "/control/accounts", new { id = AccountOf(property), transfers = "active" });
        }

        var answer = await market.SendAsync(
            HttpMethod.Put, $"admin/properties/{property}/payout-settings",
            pixKey is null
                ? new { schedule, method = "stripe", stripe_account_id = AccountOf(property), reason = "contract", version }
                : new { schedule, method = "pix", pix_key_type = "random", pix_key = pixKey, pix_owner_document = Cpf, reason = "contract", version },
            market.TokenOf(by));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
    }

    public static string AccountOf(Guid property) => $"acct_{property:N}";

    /// <summary>The property is owed more, or less, from yesterday on.</summary>
    public static async Task OweAsync(this Marketplace market, Guid property, params decimal[] amounts)
    {
        foreach (var amount in amounts)
        {
            await market.AdjustAsync(property, amount);
        }

        market.Clock.Advance(TimeSpan.FromDays(1));
    }

    /// <summary>The same as of today.</summary>
    public static async Task AdjustAsync(this Marketplace market, Guid property, decimal amount)
    {
        var (payable, expense) = amount > 0 ? ("credit", "debit") : ("debit", "credit");
        var answer = await market.PostAsync(
            "admin/ledger",
            new
            {
                reason = "owed by contract",
                entries = new object[]
                {
                    new { account = "property_payable", direction = payable, amount = Math.Abs(amount), account_id = property },
                    new { account = "refund_expense", direction = expense, amount = Math.Abs(amount) },
                },
            },
            market.TokenOf(await market.SeedAsync("supervisor")));
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status} {answer.Body}");
    }

    /// <summary>A supervisor orders a payout of all that is due.</summary>
    public static async Task<Answer> OrderAsync(this Marketplace market, Guid property, Somebody? by = null) =>
        await market.PostAsync("admin/payouts", new { property_id = property }, market.TokenOf(by ?? await market.SeedAsync("supervisor")));

    /// <summary>The same, which is made; its id.</summary>
    public static async Task<Guid> OrderedAsync(this Marketplace market, Guid property, Somebody? by = null)
    {
        var answer = await market.OrderAsync(property, by);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status} {answer.Body}\n{market.Complaints}");
        return answer.Body["id"]!.GetValue<Guid>();
    }

    /// <summary>The payout as staff see it.</summary>
    public static async Task<JsonNode> PayoutAsync(this Marketplace market, Guid payout) =>
        (await market.GetAsync($"admin/payouts/{payout}", market.TokenOf(await market.SeedAsync("agent")))).Body;

    /// <summary>Waits until the payout has come to a status.</summary>
    public static async Task UntilPayoutAsync(this Marketplace market, Guid payout, string status)
    {
        var now = "";
        var story = "";
        await Marketplace.EventuallyAsync(
            async () =>
            {
                now = await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout });
                story = now == status ? "" : await market.StoryAsync($"payout-{payout}");
                return now == status;
            },
            () => $"the payout is {now}, not {status}\n{story}\n{market.Complaints}");
    }

    /// <summary>What has reached a connected account at Stripe, less what came back, BRL.</summary>
    public static async Task<decimal> ReceivedAsync(this Marketplace market, Guid property)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/transfers?destination={AccountOf(property)}&limit=100");
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        var list = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]!.AsArray();
        return list.Sum(t => t!["amount"]!.GetValue<long>() - t["amount_reversed"]!.GetValue<long>()) / 100m;
    }

    /// <summary>What lies free at Stripe, in cents.</summary>
    public static async Task<long> AvailableAtStripeAsync(this Marketplace market) =>
        JsonNode.Parse(await market.Stripe.GetStringAsync("/control/balance"))!["available"]!.GetValue<long>();

    /// <summary>What becomes of a payout's PIX at Mercado Pago.</summary>
    public static async Task SettlePixAsync(this Marketplace market, Guid payout, object outcome)
    {
        var id = await market.ReadAsync<string>("SELECT pix_transfer_id FROM reserve.payouts WHERE id = @payout", new { payout });
        await market.ControlAsync(market.MercadoPago, $"/control/payouts/{id}/settle", outcome);
    }

    /// <summary>The same by PIX, of a payout.</summary>
    public static async Task<JsonArray> SentByPixAsync(this Marketplace market) =>
        JsonNode.Parse(await market.MercadoPago.GetStringAsync("/control/payouts"))!.AsArray();

    /// <summary>What the books owe a property.</summary>
    public static Task<decimal> OwedAsync(this Marketplace market, Guid property, string account = "property_payable") => market.ReadAsync<decimal>(
        """
        SELECT coalesce(sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END), 0)
        FROM reserve.financial_ledger
        WHERE account = @account
          AND account_id = @property
        """,
        new { property, account });
}
