using System.Net;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>A booking is given up while a change of it is open: what is not paid ends with it, and what only owes money back is in nobody's way.</summary>
public sealed class CancelledWhileChangingTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("guest")]
    [InlineData("supervisor")]
    public async Task Cancelling_ends_a_change_that_nobody_has_begun_to_pay(string who)
    {
        var (booking, window, change) = await BegunAsync();

        Assert.Equal(HttpStatusCode.OK, (await market.QuoteAsync(booking)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await CancelAsync(booking, who)).Status);
        await market.UntilAsync(booking, "cancelled");

        await market.UntilAsync(change.IntentId, "cancelled");
        await AllGoneAsync(booking, window, change);
    }

    [Theory]
    [InlineData("card", false)]
    [InlineData("card", true)]
    [InlineData("pix", true)]
    public async Task Cancelling_ends_a_change_whose_payment_is_open_and_what_is_paid_all_the_same_goes_back(string method, bool isPaid)
    {
        var (booking, window, change) = await BegunAsync();
        var payment = await market.BeginPaymentAsync(new(change.IntentId, booking.Held.Stay, change.Due), method);
        if (isPaid)
        {
            // Its provider cannot be asked to close it in time.
            var (provider, path) = method == "pix" ? (market.MercadoPago, "/v1/payments/*") : (market.Stripe, "/v1/payment_intents/*/cancel");
            await Marketplace.FaultAsync(provider, new { kind = "status", status = 503, path, count = 3 });
        }

        Assert.Equal(HttpStatusCode.Accepted, (await CancelAsync(booking, "guest")).Status);
        if (isPaid)
        {
            Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));
        }

        await market.SkipUntilAsync(async () => await market.ReservationStatusAsync(booking) == "cancelled", "the booking is not cancelled");
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "cancelled", "the change does not end");
        await market.SkipUntilAsync(async () => await market.MoneyAtProvidersAsync(change.IntentId) == 0m, "the money does not go back");
        await AllGoneAsync(booking, window, change);
    }

    [Theory]
    [InlineData("guest")]
    [InlineData("supervisor")]
    public async Task A_refused_change_whose_refund_does_not_arrive_keeps_no_night_and_no_booking(string who)
    {
        var (booking, window, change) = await BegunAsync();
        await market.HostSaysNoAsync("no_availability");
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 400, method = "POST", path = "/v1/refunds", count = 1 });
        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "refund_pending");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'failed'", change) == 1,
            () => $"the refund has not failed\n{market.Complaints}");
        Assert.Equal((0, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));

        Assert.Equal(HttpStatusCode.Accepted, (await CancelAsync(booking, who)).Status);

        await market.UntilAsync(booking, "cancelled");
        Assert.Equal("refund_pending", await market.StatusAsync(change.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_change_that_the_host_is_being_asked_for_has_to_end_before_its_booking_is_cancelled()
    {
        var (booking, _, change) = await BegunAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "slow_answer", method = "PATCH", path = "/v1/bookings/*", count = 1, delay_ms = 1500 });
        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "host_commit_pending");

        var refused = await CancelAsync(booking, "guest");
        Assert.Equal("modification_under_way", $"{refused.Body["code"]}");
        Assert.Equal("modification_under_way", $"{(await market.QuoteAsync(booking)).Body["code"]}");

        await market.UntilAsync(change.IntentId, "confirmed");
        Assert.Equal(HttpStatusCode.Accepted, (await CancelAsync(booking, "guest")).Status);
        await market.UntilAsync(booking, "cancelled");
        await market.ExpectSoundAsync();
    }

    private async Task<(Stands Booking, Window Window, Change Change)> BegunAsync()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        return (booking, window, await market.BeginMoveAsync(booking, new { check_out = window.To }));
    }

    private async Task<Answer> CancelAsync(Stands booking, string who) =>
        who == "guest"
            ? await market.CancelAsync(booking)
            : await market.PostAsync(
                $"admin/reservations/{booking.ReservationId}/force-cancel", new { reason = "flood", refund = "full" }, market.TokenOf(await market.SeedAsync("supervisor")));

    private async Task AllGoneAsync(Stands booking, Window window, Change change)
    {
        Assert.Equal((0, 0), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        await market.ExpectSoundAsync();
    }
}
