using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Changes where a card's money is taken only after the Host's yes.</summary>
public sealed class CapturedModificationTests(CaptureLaterMarketplace market) : IClassFixture<CaptureLaterMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task The_extra_money_is_taken_once_the_host_has_changed()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);

        var change = await market.MoveAsync(booking, new { check_out = window.To });

        Assert.True(change.Due > 0);
        Assert.Equal(change.Due, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal(new(window.UnitId, window.From, window.To), await market.StayAtHostAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_that_cannot_be_taken_undoes_the_change_at_the_host()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 402, method = "POST", path = "/v1/payment_intents/*/capture", count = (int?)null });

        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "cancelled");
        await Marketplace.EventuallyAsync(
            async () => await market.StayAtHostAsync(booking) == booking.Held.Stay,
            () => $"the Host still has the change that was not paid\n{market.Complaints}");

        Assert.Equal(booking.Held.Stay, await market.StayAsync(booking));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal((0, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        await market.ExpectSoundAsync();
    }
}
