using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Finance.Taxes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>Money that comes back, in parts or whole: it is owed again, to the cent, and is not sent where it came back from.</summary>
public sealed class PayoutReturnTests(PayoutMarketplace market) : IClassFixture<PayoutMarketplace>
{
    [Fact]
    public async Task Parts_of_a_pix_that_come_back_are_owed_again_with_their_tax_and_paid_by_the_next()
    {
        var property = await market.PayeeAsync(pixKey: $"{Guid.CreateVersion7()}");
        await market.OweAsync(property, 850m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        // 850.00 x 0.38 % = 3.23; of 846.77 come back 400.00 and with them 3.23 x 400 / 846.77 = 1.53.
        var taxedBefore = await TaxedAsync();
        await market.SettlePixAsync(payout, new { outcome = "returned", amount = 400m });
        await UntilReturnedAsync(payout, 400m);
        Assert.Equal(401.53m, await market.OwedAsync(property));
        Assert.Equal(taxedBefore - 401.53m, await TaxedAsync());
        Assert.Equal(1, await OpenAsync($"payout_returned:{payout}:400.00"));
        await market.ExpectSoundAsync();

        await market.SettlePixAsync(payout, new { outcome = "returned", amount = 446.77m });
        await UntilReturnedAsync(payout, 846.77m);
        Assert.Equal(850m, await market.OwedAsync(property));
        Assert.Equal("completed", await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout }));
        await market.ExpectSoundAsync();

        Assert.Equal((HttpStatusCode.Conflict, "payouts_held"), Of(await market.OrderAsync(property)));
        await market.SettleAsync(property, pixKey: $"{Guid.CreateVersion7()}", version: 2);
        market.Clock.Advance(TimeSpan.FromDays(1));
        var next = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(next, "completed");
        Assert.Equal(["returned", "returned", "tax"], (await market.PayoutAsync(next))["lines"]!.AsArray().Select(l => l!["kind"]!.GetValue<string>()));
        Assert.Equal(0m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_part_of_a_transfer_that_is_reversed_is_owed_again_and_the_rest_stays_sent()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 90m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        await ReverseAsync(payout, 2_500);
        await UntilReturnedAsync(payout, 25m);

        Assert.Equal(25m, await market.OwedAsync(property));
        Assert.Equal(65m, await market.ReceivedAsync(property));
        market.Clock.Advance(TimeSpan.FromDays(1));
        await market.UntilPayoutAsync(await market.OrderedAsync(property), "completed");
        Assert.Equal(90m, await market.ReceivedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_came_back_before_its_answer_came_is_in_the_books_with_it()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 120m);
        var account = Paying.AccountOf(property);
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/transfers", mentions = account, count = 1 });
        // Until it has come back nobody hears that it went.
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/transfers", mentions = account, count = (int?)null });
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 3 });
        var payout = await market.OrderedAsync(property);
        await Marketplace.EventuallyAsync(async () => await market.ReceivedAsync(property) == 120m, () => "it was not sent");

        await ReverseAsync(await TransferAsync(property), 2_000);
        using var heard = await market.Stripe.DeleteAsync($"/control/faults?mentions={account}");
        Assert.True(heard.IsSuccessStatusCode);
        var story = "";
        await Marketplace.EventuallyAsync(
            async () =>
            {
                if (await market.ReadAsync<decimal>("SELECT returned_amount FROM reserve.payouts WHERE id = @payout", new { payout }) == 20m)
                {
                    return true;
                }

                market.Clock.Advance(TimeSpan.FromSeconds(5));
                story = await market.StoryAsync($"payout-{payout}");
                return false;
            },
            () => $"what came back is not known\n{story}\n{market.Complaints}");

        Assert.Equal("completed", await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout }));
        Assert.Equal(20m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    private Task UntilReturnedAsync(Guid payout, decimal amount) => Marketplace.EventuallyAsync(
        async () => await market.ReadAsync<decimal>("SELECT returned_amount FROM reserve.payouts WHERE id = @payout", new { payout }) == amount,
        () => $"what came back is not in the books\n{market.Complaints}");

    // What IOF is withheld on this month.
    private async Task<decimal> TaxedAsync()
    {
        await using var connection = await market.OpenAsync();
        var today = BookDays.Of(market.Clock.GetUtcNow());
        return (await TaxLiability.ReadAsync(connection, new(today.Year, today.Month, 1))).Items.Where(l => l.TaxType == "IOF").Sum(l => l.Base ?? 0);
    }

    private Task<long> OpenAsync(string key) =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key });

    private async Task ReverseAsync(Guid payout, int cents) =>
        await ReverseAsync(await market.ReadAsync<string>("SELECT stripe_transfer_id FROM reserve.payouts WHERE id = @payout", new { payout }), cents);

    private async Task ReverseAsync(string transfer, int cents)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/transfers/{transfer}/reversals")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["amount"] = cents.ToString(CultureInfo.InvariantCulture) }),
        };
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> TransferAsync(Guid property)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/transfers?destination={Paying.AccountOf(property)}");
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]![0]!["id"]!.GetValue<string>();
    }

    private static (HttpStatusCode Status, string? Code) Of(Answer answer) => (answer.Status, answer.Body["code"]?.GetValue<string>());
}
