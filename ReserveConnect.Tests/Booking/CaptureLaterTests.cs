using Dapper;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Booking;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A marketplace that takes a card's money only after the Host's yes.</summary>
public sealed class CaptureLaterMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Reserve:Payments:CardCapture", "after_host_commit")];
}

public sealed class CaptureLaterTests(CaptureLaterMarketplace market) : IClassFixture<CaptureLaterMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task The_card_is_charged_once_the_host_has_booked()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());

        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_says_no_and_the_reserved_money_is_let_go_without_a_refund_or_a_fee()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");

        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId", new { held.IntentId }));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.financial_ledger WHERE booking_intent_id = @IntentId", new { held.IntentId }));
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_second_payment_goes_back_and_the_reserved_one_still_pays_for_the_booking()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.HoldAsync(stay);
        // The report of the opening must not come after the charge is written off: it would be closed there too.
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 1 });
        var pix = await market.BeginPaymentAsync(held, "pix");
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "SELECT reserve.transition_payment_attempt(@id, 'pending', 'cancelled', 'test', 'written off', now())",
                new { id = pix["payment_attempt_id"]!.GetValue<Guid>() });
        }

        await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card"));
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        await market.PayPixAsync(pix);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", new { held.IntentId }) == 1,
            () => $"the second payment was not given back\n{market.Complaints}");

        await market.OrderAsync(
            await market.ExceptionAsync(held.IntentId, "host_booking_failed"), market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Late_money_that_is_taken_in_a_second_time_still_pays_for_its_booking()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        // The hold ends while Stripe does not say whether it is paid, nor closes it.
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "GET", path = "/v1/payment_intents/*", count = (int?)null });
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, path = "/v1/payment_intents/*/cancel", count = (int?)null });
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 50 });
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(20);
                return await market.StatusAsync(held.IntentId) == "expired";
            },
            () => $"the intent did not expire\n{market.Complaints}");
        await market.ConfirmCardAsync(payment);
        await market.CalmAsync();

        var late = market.Services.GetRequiredService<TakeLatePayment>();
        var first = await late.RunAsync(payment["payment_attempt_id"]!.GetValue<Guid>(), CancellationToken.None);
        var again = await late.RunAsync(payment["payment_attempt_id"]!.GetValue<Guid>(), CancellationToken.None);

        // Its saga may be a step ahead.
        Assert.DoesNotContain(NextStep.Close, new[] { first.Next, again.Next });
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                await market.RunJobAsync("expire_intents");
                await Task.Delay(50);
                return await market.StatusAsync(held.IntentId) == "confirmed";
            },
            () => $"what was taken in is not booked\n{market.Complaints}");
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_a_card_reserves_while_another_payment_closes_its_charge_is_not_taken_in_before_that_is_decided()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await market.ReadAsync<object>(
            "UPDATE reserve.payment_attempts SET closing_since = @now WHERE booking_intent_id = @IntentId", new { held.IntentId, now = market.Clock.GetUtcNow() });

        await market.ConfirmCardAsync(payment);
        // Its saga has looked, and sleeps.
        await Marketplace.EventuallyAsync(
            async () => (await market.StoryAsync($"{held.IntentId}")).Contains("\"wakeat\":\"2", StringComparison.OrdinalIgnoreCase),
            () => $"the saga does not wait\n{market.Complaints}");
        Assert.Equal("payment_pending", await market.StatusAsync(held.IntentId));

        market.Clock.Advance(TimeSpan.FromSeconds(61));
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_capture_of_unknown_outcome_is_tried_now_when_a_person_asks_for_it()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/payment_intents/*/capture", count = (int?)null });
        await market.ConfirmCardAsync(payment);
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(20);
                return await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'capture_unknown' AND booking_intent_id = @IntentId", held) == 1;
            },
            () => $"nobody was called\n{market.Complaints}");
        await market.CalmAsync();

        var exception = await market.ExceptionAsync(held.IntentId, "capture_unknown");
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal("captured", (await market.UntilClosedAsync(exception)).Action);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_capture_whose_answer_is_lost_is_made_once()
    {
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/payment_intents/*/capture", count = 5 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20);
                return await market.StatusAsync(held.IntentId) == "confirmed";
            },
            () => $"not confirmed\n{market.Complaints}");

        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }
}
