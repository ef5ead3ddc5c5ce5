using System.Net;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>What the webhooks should have told, found by asking.</summary>
public sealed class PollingTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const string Missing = "payment_webhook_missing";
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(2.1);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_payment_whose_webhook_is_late_is_booked_and_a_person_told_until_it_comes(string method)
    {
        var provider = method == "pix" ? market.MercadoPago : market.Stripe;
        var held = await market.HoldAsync(await market.FreeStayAsync());
        // What the provider says of the opening is late too: it would count as heard of.
        await Marketplace.WebhookRuleAsync(provider, new { action = "hold", count = 10 });
        var payment = await market.BeginPaymentAsync(held, method);
        Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));
        await market.RunJobAsync("poll_pending_payments");
        Assert.Equal("payment_pending", await market.StatusAsync(held.IntentId));

        market.Clock.Advance(Late);
        await market.RunJobAsync("poll_pending_payments");

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(("medium", "open"), await market.TroubleAsync(held, Missing) is { } open ? (open.Severity, open.Status) : default);
        await market.ControlAsync(provider, "/control/webhooks/flush", new { });
        Assert.Equal("webhook_came", await market.UntilResolvedAsync(held, Missing));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_of_this_minute_is_taken_in_and_its_webhook_waited_for_a_little_longer()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        market.Clock.Advance(Late);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));

        await market.RunJobAsync("poll_pending_payments");
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Null(await market.TroubleAsync(held, Missing));

        market.Clock.Advance(Late);
        await market.RunJobAsync("poll_pending_payments");
        await market.RunJobAsync("poll_pending_payments");
        Assert.Equal("open", (await market.TroubleAsync(held, Missing))?.Status);
    }

    [Fact]
    public async Task A_payment_whose_webhook_came_and_one_that_is_still_open_trouble_nobody()
    {
        var paid = await market.PayByCardAsync(await market.FreeStayAsync());
        var open = await market.HoldAsync(await market.FreeStayAsync());
        await market.BeginPaymentAsync(open, "card");
        await market.UntilAsync(paid.IntentId, "confirmed");

        for (var minute = 0; minute < 4; minute++)
        {
            market.Clock.Advance(TimeSpan.FromMinutes(1));
            await market.RunJobAsync("poll_pending_payments");
        }

        Assert.Equal("payment_pending", await market.StatusAsync(open.IntentId));
        Assert.Null(await market.TroubleAsync(paid, Missing));
        Assert.Null(await market.TroubleAsync(open, Missing));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_decline_that_nobody_told_of_is_counted()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, "4000000000009995"));
        market.Clock.Advance(Late);

        await market.RunJobAsync("poll_pending_payments");

        var seen = await market.UntilPaymentAsync(held, p => p["failure"] is not null);
        Assert.Equal(2, seen["payment_attempts_left"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_provider_that_is_silent_does_not_stop_the_other()
    {
        var byCard = await market.HoldAsync(await market.FreeStayAsync());
        var byPix = await market.HoldAsync(await market.FreeStayAsync());
        var (card, pix) = (await market.BeginPaymentAsync(byCard, "card"), await market.BeginPaymentAsync(byPix, "pix"));
        foreach (var provider in new[] { market.Stripe, market.MercadoPago })
        {
            await Marketplace.WebhookRuleAsync(provider, new { action = "drop", count = 10 });
        }

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(card));
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(pix));
        market.Clock.Advance(Late);
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, path = "/v1/*", count = (int?)null });

        await market.RunJobAsync("poll_pending_payments");
        await market.UntilAsync(byPix.IntentId, "confirmed");
        Assert.Equal("payment_pending", await market.StatusAsync(byCard.IntentId));

        await market.CalmAsync();
        market.Clock.Advance(Late);
        await market.RunJobAsync("poll_pending_payments");
        await market.UntilAsync(byCard.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fee_that_comes_after_its_money_is_posted_once(bool isTold)
    {
        await market.ControlAsync(market.Stripe, "/control/charges/settle_later", new { count = 1 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        var payment = await market.PaymentAsync(held);
        Assert.Equal(0m, await market.BalanceAsync(held, "stripe_fees"));
        market.Clock.Advance(Late);
        await market.RunJobAsync("poll_pending_payments");
        Assert.Equal(0m, await market.BalanceAsync(held, "stripe_fees"));

        if (!isTold)
        {
            await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 1 });
        }

        await market.ControlAsync(market.Stripe, $"/control/payment_intents/{payment["provider_payment_id"]}/settle", new { });
        if (!isTold)
        {
            market.Clock.Advance(TimeSpan.FromMinutes(5));
            await market.RunJobAsync("poll_pending_payments");
            market.Clock.Advance(TimeSpan.FromMinutes(5));
            await market.RunJobAsync("poll_pending_payments");
        }

        var fee = Math.Round((held.Total * 0.0399m) + 0.39m, 2, MidpointRounding.ToEven);
        await Marketplace.EventuallyAsync(async () => await market.BalanceAsync(held, "stripe_fees") == fee, () => $"the fee is not {fee}\n{market.Complaints}");
        Assert.Equal(held.Total - fee, await market.BalanceAsync(held, "cash_stripe"));
        await market.ExpectSoundAsync();
    }
}
