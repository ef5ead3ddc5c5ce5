using System.Net;
using ReserveConnect.Tests.Booking.Stays;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Changes of bookings of which staff gave something back before: nobody's share falls below nothing, and a gift is no fee.</summary>
public sealed class GivenBeforeTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly string[] Shares = ["property_payable", "commission_income", "service_fee_income"];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("property")]
    [InlineData("platform")]
    public async Task A_stay_that_falls_below_what_was_given_back_costs_nothing_and_nobody_is_left_with_less_than_nothing(string chargedTo)
    {
        var (booking, window) = await BookedAsync();
        await market.GiveAsync(booking, booking.Held.Total - 10m, chargedTo);

        var change = await market.MoveAsync(booking, new { check_out = window.From.AddDays(1) });

        Assert.Equal(0m, change.Kept);
        Assert.Equal(10m, change.Refund);
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        foreach (var account in Shares)
        {
            Assert.True(await market.BalanceAsync(booking, account) >= 0m, account);
        }

        Assert.Equal(0m, await market.BalanceAsync(booking, "cancellation_fee_income"));
        // A gift of the platform is no more than what the guest does not pay of the stay.
        Assert.Equal(chargedTo == "platform" ? -await market.TotalAsync(booking) : 0m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();

        Assert.Equal(HttpStatusCode.OK, (await market.QuoteAsync(booking)).Status);
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Nobody_comes_to_a_stay_that_was_made_shorter_after_a_gift_and_that_is_recorded()
    {
        var (booking, window) = await BookedAsync();
        await market.GiveAsync(booking, booking.Held.Total - 10m, "property");
        await market.MoveAsync(booking, new { check_out = window.From.AddDays(1) });
        await market.ReadAsync<object>("UPDATE reserve.reservations SET cancellation_policy = jsonb_set(cancellation_policy, '{tiers}', '[]') WHERE id = @ReservationId", new { booking.ReservationId });
        market.GoTo(window.From.AddDays(1), 12);

        await market.ProcessStaysAsync();

        Assert.Equal("no_show", await market.ReservationStatusAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Of_a_cheaper_stay_goes_back_the_policys_part_of_what_the_books_still_have()
    {
        var (booking, window) = await BookedAsync();
        await market.AgeAsync(booking);
        await market.ReadAsync<object>(
            "UPDATE reserve.reservations SET cancellation_policy = jsonb_set(cancellation_policy, '{tiers}', '[{\"hours_before_check_in\": 0, \"refund_percentage\": 50}]') WHERE id = @ReservationId",
            new { booking.ReservationId });
        var gift = decimal.Round(booking.Held.Total / 2, 2);
        await market.GiveAsync(booking, gift, "property");

        var change = await market.MoveAsync(booking, new { check_out = window.From.AddDays(1) });

        // Cancelling would have given half of what is left; a part of the stay is not worth more than all of it.
        Assert.True(change.Refund <= decimal.Round((booking.Held.Total - gift) / 2, 2, MidpointRounding.ToEven));
        await market.ExpectSoundAsync();
    }

    private async Task<(Stands Booking, Window Window)> BookedAsync()
    {
        var window = await market.FreeWindowAsync(4);
        await market.PriceAsync(window, 300m);
        return (await market.BookAsync(window, nights: 4), window);
    }
}
