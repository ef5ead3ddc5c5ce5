using System.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>An agent books the new stay at the Host by hand: the old booking goes there when the new one stands here, and not before.</summary>
public sealed class OverriddenModificationTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly TimeSpan DecisionTime = TimeSpan.FromMinutes(31);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Money_that_went_back_by_hand_leaves_the_old_booking_at_the_host()
    {
        var (booking, change) = await FailedAsync();
        var failure = await market.GetAsync("admin/exceptions?type=host_booking_failed&limit=100", market.TokenOf(await market.SeedAsync("agent")));
        Assert.Contains(failure.Body["items"]!.AsArray(), e => $"{e!["booking_intent_id"]}" == $"{change.IntentId}" && $"{e["confirmation_code"]}" == booking.Code);
        await market.RefundByHandAsync(change.IntentId, change.Due);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<decimal>("SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE booking_intent_id = @IntentId", change) == change.Due,
            () => "the refund by hand is not known");

        await OverrideAsync(change, await market.BookByHandAsync(change.IntentId));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<string?>("SELECT error_message FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND exception_type = 'host_booking_failed'", change) == "not_paid",
            () => $"the decision is not dropped\n{market.Complaints}");
        market.Clock.Advance(DecisionTime);
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "cancelled", "the change does not end");

        Assert.Equal("confirmed", await market.HostStatusAsync(booking.Held.IntentId));
        Assert.Equal(booking.Held.Stay, await market.StayAtHostAsync(booking));
        Assert.Equal(booking.Held.Stay, await market.StayAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_host_that_is_silent_is_asked_until_the_old_booking_is_gone()
    {
        var (booking, change) = await FailedAsync();
        var old = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        var byHand = await market.BookByHandAsync(change.IntentId);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "POST", path = $"/v1/bookings/{old}/cancel", count = (int?)null });

        await OverrideAsync(change, byHand);
        await market.UntilAsync(change.IntentId, "confirmed");
        var exception = await market.ExceptionAsync(change.IntentId, "host_cancel_failed");
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        (await market.ResolveAsync(exception, agent, new { action = "retry" })).Refused(HttpStatusCode.ServiceUnavailable, "host_silent");
        await market.CalmAsync();
        await market.SkipUntilAsync(async () => await market.HostStatusAsync(booking.Held.IntentId) == "cancelled", "the old booking stands still");
        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);

        Assert.Equal(byHand, await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_old_booking_that_nobody_asks_about_any_more_goes_with_the_cancellation_or_stays_before_a_person(bool isRefused)
    {
        var (booking, change) = await FailedAsync();
        var old = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        var byHand = await market.BookByHandAsync(change.IntentId);
        var path = $"/v1/bookings/{old}/cancel";
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "POST", path, mentions = $"{old}", count = (int?)null });
        await OverrideAsync(change, byHand);
        await market.UntilAsync(change.IntentId, "confirmed");
        var exception = await market.ExceptionAsync(change.IntentId, "host_cancel_failed");
        // As after the last of its tries.
        await market.Durable.TerminateInstanceAsync($"{change.IntentId}");
        // The refusal waits behind the silence: a try that is still under way meets one or the other, never a Host that is well.
        if (isRefused)
        {
            await Marketplace.FaultAsync(market.Host, new
            {
                kind = "status", status = 409, method = "POST", path, count = (int?)null,
                body = new { type = "about:blank", title = "No", status = 409, code = "cancellation_refused", detail = "No." },
            });
        }

        using var spoken = await market.Host.DeleteAsync($"/control/faults?mentions={old}");
        Assert.True(spoken.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await market.CancelAsync(booking)).Status);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal("cancelled", await market.HostStatusAsync(booking.Held.IntentId));
        Assert.Equal(
            isRefused ? "open" : "resolved",
            await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE id = @exception", new { exception }));
        await market.ExpectSoundAsync();
    }

    private async Task<(Stands Booking, Change Change)> FailedAsync()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 1);
        var change = await market.BeginMoveAsync(booking, new { check_in = window.From.AddDays(1), check_out = window.To });
        Assert.True(change.Due > 0);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        await market.PayAsync(booking, change);
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "host_commit_failed", "the Host's silence is not noted");
        await market.CalmAsync();
        return (booking, change);
    }

    private async Task OverrideAsync(Change change, Guid byHand) =>
        await market.OrderAsync(
            await market.ExceptionAsync(change.IntentId, "host_booking_failed"), market.TokenOf(await market.SeedAsync("agent")),
            new { action = "override", host_booking_id = byHand });
}
