using System.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>Money that a bank has taken cannot be given back by us, and need not be when the bank keeps it.</summary>
public sealed class DisputedRefundTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("won")]
    [InlineData("lost")]
    public async Task A_booking_cancelled_while_its_payment_is_disputed_waits_for_the_bank_and_no_longer(string outcome)
    {
        var booking = await market.BookStayAsync();
        var cash = await market.BalanceAsync(booking, "cash_stripe");
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { reason = "fraudulent" });

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await HeldAsync(booking);
        await market.ExpectSoundAsync();

        // Banks take months; what fails the machine has given up by then.
        market.Clock.Advance(TimeSpan.FromDays(7.5));
        await market.RunJobAsync("expire_intents");
        await market.ExpectSoundAsync();
        Assert.Null(await market.TroubleAsync(booking.Held, "refund_failed"));
        Assert.Equal(booking.Held.Total, await market.MoneyAtProvidersAsync(booking.Held.IntentId));

        await market.DecideAsync(booking.Held.IntentId, dispute, outcome);
        await BackAsync(booking, outcome == "lost");

        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        // Credit positive: the price left once, and the bank's fee beside it.
        Assert.Equal(cash + booking.Held.Total + 55m, await market.BalanceAsync(booking, "cash_stripe"));
        Assert.Equal(outcome == "lost" ? booking.Held.Total : 0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal("refunded", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_bank_that_only_asks_does_not_keep_a_refund_waiting()
    {
        var booking = await market.BookStayAsync();
        await market.DisputeAsync(booking.Held.IntentId, new { inquiry = true }, "warning_needs_response");

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        await BackAsync(booking, byBank: false);
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("won")]
    [InlineData("lost")]
    public async Task A_refund_on_its_way_that_fails_when_its_payment_is_disputed_waits_for_the_bank(string outcome)
    {
        var booking = await market.BookStayAsync();
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "pending", count = 1 });
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await RefundStatusAsync(booking) == "pending", () => $"the refund is not on its way\n{market.Complaints}");
        var made = await market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId });
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { reason = "fraudulent" });

        await market.ControlAsync(market.Stripe, $"/control/refunds/{made}/settle", new { outcome = "failed" });
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(1));
        await HeldAsync(booking);
        await market.DecideAsync(booking.Held.IntentId, dispute, outcome);

        await BackAsync(booking, outcome == "lost");
        Assert.Equal((0m, 0m), (await market.BalanceAsync(booking, "guest_prepayment"), await market.BalanceAsync(booking, "refund_expense")));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_refused_for_a_dispute_that_nobody_told_us_of_waits_once_we_know()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "hold", type = "charge.dispute.*", count = 10 });
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { reason = "fraudulent" }, until: null);
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND tries > 0 AND status = 'requested'", new { booking.ReservationId }) == 1,
            () => $"the refund was not refused\n{market.Complaints}");
        Assert.Null(await market.TroubleAsync(booking.Held, "refund_failed"));

        await market.CalmAsync();
        await market.ControlAsync(market.Stripe, "/control/webhooks/flush", new { });
        await market.UntilDisputeAsync(booking.Held.IntentId, "needs_response");
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(5));
        await HeldAsync(booking);
        await market.DecideAsync(booking.Held.IntentId, dispute, "won");

        await BackAsync(booking, byBank: false);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_a_bank_took_of_a_part_settles_that_part_and_the_rest_goes_back()
    {
        var booking = await market.BookStayAsync();
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { amount = 5000 });
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await HeldAsync(booking);

        await market.DecideAsync(booking.Held.IntentId, dispute, "lost");

        await Marketplace.EventuallyAsync(
            async () => await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 50m
                && await market.ReadAsync<decimal>("SELECT sum(amount) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'succeeded'", new { booking.ReservationId }) == booking.Held.Total,
            () => $"the rest did not go back\n{market.Complaints}");
        Assert.Equal((0m, 0m), (await market.BalanceAsync(booking, "guest_prepayment"), await market.BalanceAsync(booking, "refund_expense")));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_room_of_a_booking_that_the_host_refused_does_not_wait_for_the_bank()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        await market.DisputeAsync(held.IntentId, new { reason = "fraudulent" });

        market.Clock.Advance(TimeSpan.FromMinutes(31));

        await market.UntilAsync(held.IntentId, "refund_pending");
        await Marketplace.EventuallyAsync(async () => await market.RoomsAsync(stay) == (0, 0), () => $"the room is kept\n{market.Complaints}");
        Assert.Equal("refund_pending", await market.StatusAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_booking_cancelled_after_its_dispute_was_lost_gives_nothing_a_second_time()
    {
        var booking = await market.BookStayAsync();
        await market.DecideAsync(booking.Held.IntentId, await market.DisputeAsync(booking.Held.IntentId, new { }), "lost");

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        // All of it is back, by the bank; Stripe was asked for nothing.
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'succeeded' AND dispute_id IS NOT NULL", new { booking.ReservationId }));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND dispute_id IS NULL", new { booking.ReservationId }));
        // What the guest was owed the bank has given: it is no expense any more, and no fee of the property.
        Assert.Equal((0m, 0m), (await market.BalanceAsync(booking, "guest_prepayment"), await market.BalanceAsync(booking, "refund_expense")));
        Assert.Equal(0m, await market.BalanceAsync(booking, "property_payable"));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_bank_took_of_a_part_counts_for_a_cancellation_whichever_comes_first(bool isLostFirst)
    {
        var booking = await market.BookStayAsync();
        var half = decimal.Round(booking.Held.Total / 2, 2, MidpointRounding.ToEven);
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { amount = 5000 });
        if (isLostFirst)
        {
            await market.DecideAsync(booking.Held.IntentId, dispute, "lost");
        }

        var chief = market.TokenOf(await market.SeedAsync("supervisor"));
        var forced = await market.PostAsync(
            $"admin/reservations/{booking.ReservationId}/force-cancel", new { reason = "half of it", refund = "amount", amount = half }, chief);
        Assert.True((int)forced.Status < 300, $"{forced.Body}");
        await market.UntilAsync(booking, "cancelled");
        if (!isLostFirst)
        {
            await market.DecideAsync(booking.Held.IntentId, dispute, "lost");
        }

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<decimal>(
                "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'succeeded'", new { booking.ReservationId }) == half,
            () => $"half of it is not back\n{market.Complaints}");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_loss_that_is_won_after_its_booking_was_cancelled_is_owed_to_the_guest_again()
    {
        var booking = await market.BookStayAsync();
        await GiveAsync(booking, new { amount = 10m, reason = "the heating was out", charged_to = "platform" });
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { amount = 5000 });
        await market.DecideAsync(booking.Held.IntentId, dispute, "lost");
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        await market.DecideAsync(booking.Held.IntentId, dispute, "won");

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                await market.RunJobAsync("expire_intents");
                return await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 0m && await market.BalanceAsync(booking, "guest_prepayment") == 0m;
            },
            () => $"what was won did not go back\n{market.Complaints}");
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Nothing_of_a_disputed_payment_is_given_at_discretion_before_the_bank_has_decided()
    {
        var booking = await market.BookStayAsync();
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { amount = 5000 });
        var gift = new { amount = 60m, reason = "the heating was out", charged_to = "platform" };

        var refused = await GiveAsync(booking, gift);
        Assert.Equal((HttpStatusCode.Conflict, "payment_disputed"), (refused.Status, refused.Body["code"]!.GetValue<string>()));
        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));

        await market.DecideAsync(booking.Held.IntentId, dispute, "lost");
        var tooMuch = await GiveAsync(booking, gift with { amount = booking.Held.Total });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, booking.Held.Total - 50m), (tooMuch.Status, tooMuch.Body["remaining"]!.GetValue<decimal>()));
        Assert.Equal(HttpStatusCode.Accepted, (await GiveAsync(booking, gift)).Status);

        // Beside what the bank took, not with it.
        await Marketplace.EventuallyAsync(
            async () => await market.MoneyAtProvidersAsync(booking.Held.IntentId) == booking.Held.Total - 60m && await RefundStatusAsync(booking) == "succeeded",
            () => $"it was not given\n{market.Complaints}");
        Assert.Equal(-110m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payment_that_goes_back_and_is_disputed_first_is_closed_by_the_loss()
    {
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 422, method = "POST", path = "/v1/bookings", count = 1 });
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/refunds", count = 60 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "refund_pending", "host_commit_failed");
        if (await market.StatusAsync(held.IntentId) == "host_commit_failed")
        {
            market.Clock.Advance(TimeSpan.FromHours(5));
            await market.UntilAsync(held.IntentId, "refund_pending");
        }

        var dispute = await market.DisputeAsync(held.IntentId, new { });
        await market.CalmAsync();

        await market.DecideAsync(held.IntentId, dispute, "lost");
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                await market.RunJobAsync("expire_intents");
                return await market.StatusAsync(held.IntentId) == "cancelled";
            },
            () => $"the intent is not closed\n{market.Complaints}");

        Assert.Equal((0m, 0m), (await market.BalanceAsync(held, "guest_prepayment"), await market.BalanceAsync(held, "refund_expense")));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_loss_that_the_bank_takes_back_is_owed_to_the_guest_again()
    {
        var booking = await market.BookStayAsync();
        var dispute = await market.DisputeAsync(booking.Held.IntentId, new { });
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await market.DecideAsync(booking.Held.IntentId, dispute, "lost");
        await BackAsync(booking, byBank: true);

        await market.DecideAsync(booking.Held.IntentId, dispute, "won");

        await BackAsync(booking, byBank: false, TimeSpan.FromSeconds(1));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal((0m, 0m), (await market.BalanceAsync(booking, "guest_prepayment"), await market.BalanceAsync(booking, "refund_expense")));
        await market.ExpectSoundAsync();
    }

    private Task<string> RefundStatusAsync(Stands booking) =>
        market.ReadAsync<string>("SELECT max(status) FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId });

    private Task HeldAsync(Stands booking) => Marketplace.EventuallyAsync(
        async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND dispute_id IS NOT NULL AND status IN ('requested', 'failed')", new { booking.ReservationId }) == 1,
        () => $"the refund does not wait for the bank\n{market.Complaints}");

    private Task BackAsync(Stands booking, bool byBank, TimeSpan? step = null) => Marketplace.EventuallyAsync(
        async () =>
        {
            if (step is { } by)
            {
                market.Clock.Advance(by);
            }

            return await market.ReadAsync<long>(
                "SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'succeeded' AND (dispute_id IS NOT NULL) = @byBank",
                new { booking.ReservationId, byBank }) == 1;
        },
        () => $"the refund is not settled\n{market.Complaints}");

    private async Task<Answer> GiveAsync(Stands booking, object order) =>
        await market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", order, market.TokenOf(await market.SeedAsync("supervisor")));
}
