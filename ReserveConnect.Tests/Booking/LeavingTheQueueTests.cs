using System.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Cards are charged after the Host's yes, and paid bookings wait for it.</summary>
public sealed class ReservingQueueMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [new("Reserve:Booking:HostQueueTime", "00:20:00"), new("Reserve:Payments:CardCapture", "after_host_commit")];
}

/// <summary>Guests who do not want to wait until the Host is back: all of their money goes back, and nothing is booked.</summary>
public sealed class LeavingTheQueueTests(QuietMarketplace market) : IClassFixture<QuietMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("card", "status")]
    [InlineData("pix", "status")]
    // The Host books, and its answers are lost.
    [InlineData("card", "cut_after_work")]
    [InlineData("pix", "cut_after_work")]
    public async Task The_money_goes_back_while_the_host_is_down_and_nothing_stands_there_when_it_is_back(string method, string kind)
    {
        var held = await market.QueuedAsync(method, kind);

        var left = await market.LeaveAsync(held);
        Assert.Equal((HttpStatusCode.OK, null), (left.Status, left.Body["waits_for"]));
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal("cancelled_by_guest", await market.ReadAsync<string>("SELECT closed_reason FROM reserve.booking_intents WHERE id = @IntentId", held));
        Assert.Equal(HttpStatusCode.OK, (await market.LeaveAsync(held)).Status);
        await market.CalmAsync();
        await market.FreedAsync(held);
    }

    [Fact]
    public async Task A_booking_that_comes_while_the_guest_leaves_is_one_or_the_other()
    {
        var stood = 0;
        for (var round = 0; round < 10; round++)
        {
            var held = await market.QueuedAsync("card", "status");
            await market.CalmAsync();

            market.Clock.Advance(TimeSpan.FromSeconds(30));
            // From before the Host is asked until after it is booked.
            await Task.Delay(round * 6);
            var left = await market.LeaveAsync(held);

            if (left.Status == HttpStatusCode.OK)
            {
                await market.UntilAsync(held.IntentId, "cancelled");
                Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
                await market.FreedAsync(held);
                continue;
            }

            stood++;
            Assert.Equal((HttpStatusCode.Conflict, "intent_not_cancellable"), (left.Status, $"{left.Body["code"]}"));
            await market.UntilAsync(held.IntentId, "confirmed");
            Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
            Assert.Equal("confirmed", await market.HostStatusAsync(held.IntentId));
            await market.ExpectSoundAsync();
        }

        Assert.NotEqual(10, stood);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task The_hosts_no_that_is_on_its_way_when_the_guest_leaves_calls_nobody(int milliseconds)
    {
        var held = await market.QueuedAsync("card", "status");
        await market.CalmAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        await Marketplace.FaultAsync(market.Host, new { kind = "slow_answer", method = "POST", path = "/v1/bookings", count = 1, delay_ms = 300 });
        market.Clock.Advance(TimeSpan.FromSeconds(30));
        // Before the Host is asked, while it answers, or after it was heard.
        await Task.Delay(milliseconds);

        Assert.Equal(HttpStatusCode.OK, (await market.LeaveAsync(held)).Status);

        // Nobody's decision is waited for.
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.FreedAsync(held);
    }

    [Fact]
    public async Task The_hosts_yes_that_is_on_its_way_when_the_guest_leaves_is_freed()
    {
        Held held;
        HttpStatusCode left;
        // On a busy machine its guest may come too late.
        var tries = 0;
        do
        {
            Assert.True(++tries < 5, "nobody leaves in time");
            held = await market.QueuedAsync("card", "status");
            await market.CalmAsync();
            await Marketplace.FaultAsync(market.Host, new { kind = "slow_answer", method = "POST", path = "/v1/bookings", count = 1, delay_ms = 700 });
            market.Clock.Advance(TimeSpan.FromSeconds(30));
            await Marketplace.EventuallyAsync(async () => await market.HostStatusAsync(held.IntentId) == "confirmed", () => $"the Host was not asked\n{market.Complaints}");
            left = (await market.LeaveAsync(held)).Status;
        }
        while (left == HttpStatusCode.Conflict);

        Assert.Equal(HttpStatusCode.OK, left);
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.FreedAsync(held);
    }
}

/// <summary>The same where cards are only reserved until the Host has booked.</summary>
public sealed class LeavingTheQueueUnchargedTests(ReservingQueueMarketplace market) : IClassFixture<ReservingQueueMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task The_card_is_never_charged()
    {
        var held = await market.QueuedAsync("card", "status");

        Assert.Equal(HttpStatusCode.OK, (await market.LeaveAsync(held)).Status);
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(0m, await market.ReadAsync<decimal>("SELECT sum(amount_received) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.CalmAsync();
        await market.FreedAsync(held);
    }
}

/// <summary>Guests whose booking waits for a person, because the Host has said nothing for too long.</summary>
public sealed class LeavingTheDeskTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("status")]
    [InlineData("cut_after_work")]
    public async Task They_may_leave_and_there_is_nothing_to_decide_any_more(string kind)
    {
        var held = await FailedAsync(kind);
        var exception = await market.ExceptionAsync(held.IntentId, "host_booking_failed");

        Assert.Equal(HttpStatusCode.OK, (await market.LeaveAsync(held)).Status);
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE id = @exception", new { exception }));
        var late = await market.ResolveAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });
        Assert.NotEqual(HttpStatusCode.Accepted, late.Status);
        await market.CalmAsync();
        await market.FreedAsync(held);
    }

    [Fact]
    public async Task What_a_person_has_decided_before_is_done()
    {
        var held = await FailedAsync("status");
        var exception = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        await market.ReadAsync<object?>(
            """UPDATE reserve.exceptions SET decision = '{"action":"override"}', decided_at = now(), decided_actor = 'agent:test' WHERE id = @exception""", new { exception });

        var left = await market.LeaveAsync(held);

        Assert.Equal((HttpStatusCode.Conflict, "intent_not_cancellable"), (left.Status, $"{left.Body["code"]}"));
        Assert.Null(await market.ReadAsync<DateTime?>("SELECT cancel_requested_at FROM reserve.booking_intents WHERE id = @IntentId", held));
        await market.ReadAsync<object?>("UPDATE reserve.exceptions SET decision = NULL, decided_at = NULL, decided_actor = NULL WHERE id = @exception", new { exception });
    }

    private async Task<Held> FailedAsync(string kind)
    {
        await Queueing.SilenceAsync(market, kind);
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.SkipSecondsUntilAsync(async () => await market.StatusAsync(held.IntentId) == "host_commit_failed");
        return held;
    }
}

/// <summary>What happens to a guest who waits in the queue.</summary>
internal static class Queueing
{
    public static Task SilenceAsync(Marketplace market, string kind) => Marketplace.FaultAsync(
        market.Host, kind == "status" ? new { kind, status = 503, path = "/v1/bookings*", count = 100_000 } : new { kind, path = "/v1/bookings*", count = 100_000 });

    /// <summary>Pays for a stay whose Host does not answer, and waits until it waits.</summary>
    public static async Task<Held> QueuedAsync(this Marketplace market, string method, string kind)
    {
        await SilenceAsync(market, kind);
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, method);
        Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));
        await market.SkipSecondsUntilAsync(async () => await market.ReadAsync<bool>(
            "SELECT status = 'host_commit_pending' AND host_queued_at IS NOT NULL FROM reserve.booking_intents WHERE id = @IntentId", held));
        return held;
    }

    public static Task<Answer> LeaveAsync(this Marketplace market, Held held) =>
        market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));

    /// <summary>Waits until neither nights, nor a booking at the Host, nor a task for a person is left of it.</summary>
    public static async Task FreedAsync(this Marketplace market, Held held)
    {
        await market.SkipSecondsUntilAsync(async () => await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND status IN ('open', 'in_progress')", held) == 0);
        Assert.NotEqual("confirmed", await market.HostStatusAsync(held.IntentId));
        Assert.Equal((0, 0), await market.RoomsAsync(held.Stay));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations WHERE booking_intent_id = @IntentId", held));
        await market.ExpectSoundAsync();
    }

    public static Task SkipSecondsUntilAsync(this Marketplace market, Func<Task<bool>> isIt) => Marketplace.EventuallyAsync(
        async () =>
        {
            if (await isIt())
            {
                return true;
            }

            market.Clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        },
        () => $"it does not come: {market.Complaints}");
}
