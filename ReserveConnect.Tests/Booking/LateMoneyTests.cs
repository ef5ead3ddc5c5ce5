using System.Net;
using Dapper;
using ReserveConnect.Tests.Payments;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>
/// Money for an intent that no longer waits for it. The provider's answers are made to fail, so that the charge stays open
/// when the intent ends: that is how late money comes about.
/// </summary>
public sealed class LateMoneyTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Paid_late_with_the_room_free_becomes_a_booking()
    {
        var (held, payment) = await ExpiredWithOpenChargeAsync();

        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal("booked", await market.UntilResolvedAsync(held, "late_payment"));
        Assert.Equal((0, 2), await market.RoomsAsync(held.Stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Paid_late_for_a_day_of_arrival_that_is_over_goes_back_and_the_host_is_not_asked()
    {
        var (held, payment) = await ExpiredWithOpenChargeAsync();
        // As if it had been for yesterday.
        await market.ReadAsync<object>(
            "UPDATE reserve.booking_intents SET check_in = (@now AT TIME ZONE 'America/Sao_Paulo')::date - 1, check_out = (@now AT TIME ZONE 'America/Sao_Paulo')::date + 1 WHERE id = @IntentId",
            new { held.IntentId, now = market.Clock.GetUtcNow() });

        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));

        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal("refunded", await market.UntilResolvedAsync(held, "late_payment"));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.provider_operations WHERE booking_intent_id = @IntentId AND provider = 'host_connect'", new { held.IntentId }));
        Assert.Null(await market.TroubleAsync(held, "host_booking_failed"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Paid_late_with_the_room_sold_again_goes_back()
    {
        var (held, payment) = await ExpiredWithOpenChargeAsync(rooms: 1);
        var other = await market.PayByCardAsync(held.Stay);
        await market.UntilAsync(other.IntentId, "confirmed");

        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));

        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal("refunded", await market.UntilResolvedAsync(held, "late_payment"));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal(other.Total, await market.MoneyAtProvidersAsync(other.IntentId));
        Assert.Equal((0, 2), await market.RoomsAsync(held.Stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Paid_twice_is_booked_once_and_the_second_payment_goes_back()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        // The report of the opening must not come after the charge is written off: it would be closed there too.
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 1 });
        var pix = await market.BeginPaymentAsync(held, "pix");
        // The charge is written off here and stays open there: a second door for money.
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "SELECT reserve.transition_payment_attempt(@id, 'pending', 'cancelled', 'test', 'written off', now())",
                new { id = pix["payment_attempt_id"]!.GetValue<Guid>() });
        }

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(pix));

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", new { held.IntentId }) == 1,
            () => $"the second payment was not given back\n{market.Complaints}");
        Assert.Equal("refunded", await market.UntilResolvedAsync(held, "late_payment"));
        Assert.Equal("confirmed", await market.StatusAsync(held.IntentId));
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_in_a_door_that_was_closed_goes_back_while_the_guest_still_pays_at_the_other()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        // The report of the opening must not come after the charge is written off: it would be closed there too.
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 1 });
        var pix = await market.BeginPaymentAsync(held, "pix");
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "SELECT reserve.transition_payment_attempt(@id, 'pending', 'cancelled', 'test', 'written off', now())",
                new { id = pix["payment_attempt_id"]!.GetValue<Guid>() });
        }

        var card = await market.BeginPaymentAsync(held, "card");
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(pix));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", new { held.IntentId }) == 1,
            () => $"the first payment was not given back\n{market.Complaints}");
        Assert.Equal("payment_pending", await market.StatusAsync(held.IntentId));

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(card));
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_nobody_has_in_hand_is_found_by_the_minute_timer()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        // As if a saga had died for good between deciding on the refund and making it.
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                """
                WITH attempt AS (
                    INSERT INTO reserve.payment_attempts
                        (id, booking_intent_id, payment_method, provider, operation_id, provider_payment_intent_id, provider_charge_id,
                         amount, amount_received, status, created_at, updated_at)
                    SELECT @attempt, booking_intent_id, payment_method, provider, 'test:' || @attempt, 'pi_lost', 'ch_lost', amount, amount,
                           'succeeded', now(), now()
                    FROM reserve.payment_attempts
                    WHERE booking_intent_id = @IntentId
                    RETURNING id, booking_intent_id, amount)
                INSERT INTO reserve.refunds (id, payment_attempt_id, booking_intent_id, request_key, reason, amount, operation_id, requested_at, updated_at)
                SELECT @refund, id, booking_intent_id, 'all:' || id, 'paid_twice', amount, 'refund:test:' || @refund, now(), now() - interval '5 minutes'
                FROM attempt
                """,
                new { attempt = Guid.CreateVersion7(), refund = Guid.CreateVersion7(), held.IntentId });
        }

        await Marketplace.EventuallyAsync(
            async () =>
            {
                // The timer comes every minute: at its first round the saga of the booking may still be ending.
                await market.RunJobAsync("expire_intents");
                return await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND exception_type = 'refund_failed'", new { held.IntentId }) == 1;
            },
            () => $"nobody took the refund in hand\n{market.Complaints}");
        await using var cleaning = await market.OpenAsync();
        await cleaning.ExecuteAsync(
            """
            DELETE FROM reserve.refunds WHERE booking_intent_id = @IntentId;
            DELETE FROM reserve.payment_attempts WHERE provider_payment_intent_id = 'pi_lost'
            """,
            new { held.IntentId });
    }

    [Fact]
    public async Task A_wrong_amount_confirms_nothing_and_goes_back()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "pix");

        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment, held.Total - 1));

        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal("amount_mismatch", await market.ReadAsync<string>("SELECT closed_reason FROM reserve.booking_intents WHERE id = @IntentId", new { held.IntentId }));
        Assert.Equal("none", await market.HostStatusAsync(held.IntentId));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_charge_whose_opening_was_answered_to_nobody_is_found_and_paid()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/payment_intents", count = (int?)null });
        var lost = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/card"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.Status);
        await market.CalmAsync();

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));

        await market.UntilAsync(held.IntentId, "confirmed");
        using var objects = await market.Stripe.GetAsync("/control/objects");
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { held.IntentId }));
        await market.ExpectSoundAsync();
    }

    // The provider neither answers nor closes until the grace is over: the intent expires with its charge open.
    private async Task<(Held Held, System.Text.Json.Nodes.JsonNode Payment)> ExpiredWithOpenChargeAsync(int? rooms = null)
    {
        var stay = await market.FreeStayAsync(rooms: rooms);
        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, "pix");
        // The charge lives longer at the provider than the hold does here.
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "UPDATE reserve.booking_intents SET expires_at = expires_at - interval '14 minutes' WHERE id = @IntentId", new { held.IntentId });
        }

        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 503, path = "/v1/payments/*", count = (int?)null });
        market.Clock.Advance(TimeSpan.FromMinutes(16.7));
        await Marketplace.EventuallyAsync(
            async () =>
            {
                if (await market.StatusAsync(held.IntentId) == "expired")
                {
                    return true;
                }

                market.Clock.Advance(TimeSpan.FromSeconds(10));
                await Task.Delay(50);
                return false;
            },
            () => $"the intent did not expire\n{market.Complaints}");
        // The watch of the charge has asked in vain once and sleeps: now the guest pays before it asks again.
        await Marketplace.EventuallyAsync(
            async () => (await market.StoryAsync($"late-{payment["payment_attempt_id"]!.GetValue<Guid>()}"))
                .Contains("\"wakeat\":\"2", StringComparison.OrdinalIgnoreCase),
            () => "the charge is not watched");
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.CalmAsync();
        return (held, payment);
    }
}
