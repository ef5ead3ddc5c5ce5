using System.Net;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A booking that is paid and that the Host does not simply take.</summary>
public sealed class HostTroubleTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly TimeSpan DecisionTime = TimeSpan.FromMinutes(31);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task The_host_says_no_and_nobody_decides_so_the_money_goes_back()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });

        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        Assert.Equal("open", await ExceptionAsync(held));
        Assert.Equal((2, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();

        market.Clock.Advance(DecisionTime);
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        Assert.Equal("resolved", await ExceptionAsync(held));
        Assert.Equal("system", await market.ReadAsync<string>(
            "SELECT decided_actor FROM reserve.exceptions WHERE exception_type = 'host_booking_failed' AND booking_intent_id = @IntentId", held));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_pix_payment_goes_back_too()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.HoldAsync(stay);
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(await market.BeginPaymentAsync(held, "pix")));

        await market.UntilAsync(held.IntentId, "host_commit_failed");
        market.Clock.Advance(DecisionTime);
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_books_and_its_answer_is_lost_so_it_is_asked_and_the_booking_stands_once()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings", count = 1 });

        var held = await market.PayByCardAsync(stay);
        await ConfirmedAfterBackoffAsync(held);

        Assert.Equal("confirmed", await market.HostStatusAsync(held.IntentId));
        Assert.Equal((0, 2), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_is_down_for_a_moment_and_the_booking_stands()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "POST", path = "/v1/bookings", count = 1 });

        var held = await market.PayByCardAsync(stay);
        await ConfirmedAfterBackoffAsync(held);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_booked_and_went_silent_so_the_booking_stands_instead_of_a_refund()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings", count = 1 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        var held = await market.PayByCardAsync(stay);
        await SkipBackoffUntilAsync(held, "host_commit_failed");
        await market.CalmAsync();

        market.Clock.Advance(DecisionTime);
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal((0, 2), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_stays_silent_so_the_guest_is_refunded_and_the_host_is_freed_when_it_answers()
    {
        var stay = await market.FreeStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings", count = 1 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        var held = await market.PayByCardAsync(stay);
        await SkipBackoffUntilAsync(held, "host_commit_failed");

        market.Clock.Advance(DecisionTime);
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.CalmAsync();
        Assert.Equal("confirmed", await market.HostStatusAsync(held.IntentId));
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(30));
                return await market.HostStatusAsync(held.IntentId) == "cancelled";
            },
            () => "the Host still has the refunded booking");

        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("retry", "confirmed")]
    [InlineData("cancel_and_refund", "cancelled")]
    public async Task An_agent_decides_before_the_deadline(string action, string outcome)
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");

        await DecideAsync(held, new { action });

        await market.UntilAsync(held.IntentId, outcome);
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Money_given_back_by_hand_before_the_host_books_ends_the_booking_and_the_rest_goes_back(bool all)
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        await market.RefundByHandAsync(held.IntentId, all ? held.Total : 10m);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE purpose = 'by_hand' AND status = 'succeeded' AND booking_intent_id = @IntentId", new { held.IntentId }) == 1,
            () => $"it was not found\n{market.Complaints}");

        await DecideAsync(held, new { action = "retry" });
        await SkipBackoffUntilAsync(held, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal("not_paid", await market.ReadAsync<string>("SELECT closed_reason FROM reserve.booking_intents WHERE id = @IntentId", new { held.IntentId }));
        await Marketplace.EventuallyAsync(async () => await market.HostStatusAsync(held.IntentId) == "cancelled", () => $"the Host has it still\n{market.Complaints}");
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task An_agent_books_by_hand_and_overrides()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        var byHand = await market.BookByHandAsync(held.IntentId);

        await DecideAsync(held, new { action = "override", host_booking_id = byHand });

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(byHand, await market.ReadAsync<Guid>(
            "SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { held.IntentId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_fails_first_is_tried_again_and_a_person_is_called()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        market.Clock.Advance(DecisionTime);

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'refund_failed' AND booking_intent_id = @IntentId", new { held.IntentId }) == 1,
            () => "nobody was called");
        await SkipBackoffUntilAsync(held, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_whose_answer_is_lost_is_made_once()
    {
        var stay = await market.FreeStayAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/refunds", count = 4 });

        market.Clock.Advance(DecisionTime);
        await SkipBackoffUntilAsync(held, "cancelled");

        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId", new { held.IntentId }));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    private async Task DecideAsync(Held held, object order) => await market.OrderAsync(
        await market.ExceptionAsync(held.IntentId, "host_booking_failed"), market.TokenOf(await market.SeedAsync("agent")), order);

    private Task<string> ExceptionAsync(Held held) =>
        market.ReadAsync<string>(
            "SELECT status FROM reserve.exceptions WHERE exception_type = 'host_booking_failed' AND booking_intent_id = @IntentId", new { held.IntentId });

    private Task ConfirmedAfterBackoffAsync(Held held) => SkipBackoffUntilAsync(held, "confirmed");

    // Backs off on the shifted clock instead of waiting.
    private Task SkipBackoffUntilAsync(Held held, string status) =>
        Marketplace.EventuallyAsync(
            async () =>
            {
                if (await market.StatusAsync(held.IntentId) == status)
                {
                    return true;
                }

                market.Clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Delay(20);
                return false;
            },
            () => $"intent is not {status}\n{market.Complaints}");
}
