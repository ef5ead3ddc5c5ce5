using System.Net;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Holds that end without a booking, and money that crosses their end.</summary>
public sealed class GuestLeavesTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly TimeSpan HoldTime = TimeSpan.FromMinutes(15.1);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task A_hold_that_expires_gives_its_nights_back()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        Assert.Equal((2, 0), await market.RoomsAsync(stay));

        market.Clock.Advance(HoldTime);
        await market.UntilAsync(held.IntentId, "expired");

        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_payment_that_was_begun_is_closed_at_the_provider_when_the_hold_expires(string method)
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, method);

        market.Clock.Advance(method == "pix" ? TimeSpan.FromMinutes(31) : HoldTime);
        await market.UntilAsync(held.IntentId, "expired");

        var late = method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment);
        Assert.NotEqual(HttpStatusCode.OK, late);
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Of_two_tabs_that_open_a_payment_at_once_the_one_whose_charge_was_closed_is_told_so()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        // The charge is there and its opener does not know it yet, when the other tab closes it.
        await Marketplace.FaultAsync(market.Stripe, new { kind = "slow_answer", delay_ms = 600, method = "POST", path = "/v1/payment_intents", count = 1 });
        var card = market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/card"));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { held.IntentId }) == 1,
            () => "no card payment was begun");

        var pix = await market.BeginPaymentAsync(held, "pix");

        Assert.Equal((HttpStatusCode.Conflict, "payment_in_progress"), ((await card).Status, (await card).Body["code"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(pix));
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_pix_charge_extends_the_hold_to_its_own_expiry()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "pix");

        market.Clock.Advance(TimeSpan.FromMinutes(25));
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_guest_who_leaves_before_paying_frees_the_room_at_once()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);

        var answer = await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));

        Assert.Equal("cancelled", answer.Body["status"]!.GetValue<string>());
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        var again = await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_guest_who_leaves_while_paying_has_the_charge_closed_first()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "card");

        await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.NotEqual(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_guest_who_left_after_paying_gets_the_money_back()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        var held = await market.HoldAsync(stay);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));

        await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_card_declined_three_times_ends_the_intent()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "card");
        for (var failures = 1; failures <= 3; failures++)
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, "4000000000009995"));
            var counted = failures;
            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<int>("SELECT payment_failures FROM reserve.booking_intents WHERE id = @IntentId", new { held.IntentId }) == counted,
                () => $"decline {counted} was not counted\n{market.Complaints}");
        }

        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal("payment_failed", await market.ReadAsync<string>("SELECT closed_reason FROM reserve.booking_intents WHERE id = @IntentId", new { held.IntentId }));
        Assert.NotEqual(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_card_declined_once_may_be_tried_again()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "card");
        Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, "4000000000000002"));

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_card_that_wants_3d_secure_is_paid_once_the_guest_has_proved_who_they_are()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "card");
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment, "4000002760003184"));
        Assert.Equal("payment_pending", await market.StatusAsync(held.IntentId));

        await market.ControlAsync(
            market.Stripe, $"/control/payment_intents/{payment["provider_payment_id"]!.GetValue<string>()}/authenticate", new { result = "complete" });

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_payment_whose_webhook_never_comes_is_found_when_the_hold_would_expire(string method)
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 10 });
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, method);
        Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));

        market.Clock.Advance(method == "pix" ? TimeSpan.FromMinutes(16) : HoldTime);

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_client_that_polls_finds_a_payment_whose_webhook_never_comes()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        var held = await market.PayByCardAsync(stay);
        market.Clock.Advance(TimeSpan.FromSeconds(20));

        var polled = await market.SendAsync(new(HttpMethod.Get, $"/api/booking-intents/{held.IntentId}/payment"));
        Assert.Equal(HttpStatusCode.OK, polled.Status);

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Webhooks_that_come_twice_and_out_of_order_change_nothing_twice()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "double", count = 2 });
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "reorder", count = 1, delay_ms = 50 });

        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "confirmed");

        await market.ExpectSoundAsync();
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
    }
}
