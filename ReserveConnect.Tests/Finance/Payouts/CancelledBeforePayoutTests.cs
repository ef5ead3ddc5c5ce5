using Dapper;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>A booking that is being cancelled while its payout is about to leave.</summary>
public sealed class CancelledBeforePayoutTests(PayoutMarketplace market) : IClassFixture<PayoutMarketplace>
{
    // As it stands while its Host is asked, and as it stood; its stay began that many days ago.
    private const string Cancelling =
        """
        SET session_replication_role = replica;
        UPDATE reserve.reservations SET status = @status, check_in = check_in - @days, check_out = check_out - @days WHERE id = @ReservationId;
        SET session_replication_role = origin
        """;

    [Fact]
    public async Task A_payout_waits_for_the_end_of_a_cancellation_of_what_it_pays()
    {
        var booking = await market.BookStayAsync();
        var property = await market.ReadAsync<Guid>("SELECT property_id FROM reserve.reservations WHERE id = @ReservationId", booking);
        await market.SettleAsync(property);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(Cancelling, new { booking.ReservationId, status = "confirmed", days = 400 });
        var available = await market.AvailableAtStripeAsync();
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = -available });
        var payout = await market.OrderedAsync(property);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT next_try_at IS NOT NULL FROM reserve.payouts WHERE id = @payout", new { payout }), () => "it was not looked at");

        await connection.ExecuteAsync(Cancelling, new { booking.ReservationId, status = "cancel_pending", days = 0 });
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = available });
        var waits = await market.ReadAsync<DateTime>("SELECT next_try_at FROM reserve.payouts WHERE id = @payout", new { payout });
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT status = 'approved' AND next_try_at > @waits FROM reserve.payouts WHERE id = @payout", new { payout, waits }),
            () => $"it does not wait\n{market.Complaints}");
        Assert.Equal(0m, await market.ReceivedAsync(property));

        await connection.ExecuteAsync(Cancelling, new { booking.ReservationId, status = "confirmed", days = 0 });
        market.Clock.Advance(TimeSpan.FromMinutes(6));
        await market.UntilPayoutAsync(payout, "completed");
        await connection.ExecuteAsync(Cancelling, new { booking.ReservationId, status = "confirmed", days = -400 });
    }
}
