using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A marketplace in which one person gives no more than <see cref="Limit"/> of a booking back.</summary>
public sealed class CarefulMarketplace : Marketplace
{
    public const decimal Limit = 60m;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Reserve:Payments:RefundApprovalLimit", $"{Limit}")];
}

/// <summary>Refunds that staff order, and what has become of them.</summary>
internal static class Approving
{
    /// <summary>Somebody of the staff orders a refund that is taken in.</summary>
    public static async Task<Answer> OrderRefundAsync(
        this CarefulMarketplace market, Stands booking, Somebody who, decimal amount, string chargedTo = "platform", string? key = null)
    {
        var answer = await market.PostAsync(
            $"admin/reservations/{booking.ReservationId}/refund", new { amount, reason = "the roof leaked", charged_to = chargedTo }, market.TokenOf(who), key);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status} {answer.Body}");
        return answer;
    }

    /// <summary>The exception of an order that waits.</summary>
    public static Guid WaitingOf(Answer ordered)
    {
        Assert.Empty(ordered.Body["refunds"]!.AsArray());
        return ordered.Body["exception_id"]!.GetValue<Guid>();
    }

    /// <summary>Somebody approves it, and nothing acts on that: as when the process dies.</summary>
    public static async Task DecideAsync(this CarefulMarketplace market, Guid exception, Somebody who)
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions
            SET decision = '{"action":"approve"}', decided_at = @now, decided_by = @AccountId, decided_actor = 'supervisor:' || @AccountId
            WHERE id = @exception
            """,
            new { exception, now = market.Clock.GetUtcNow(), who.AccountId });
    }

    /// <summary>How many refunds of a booking staff have given.</summary>
    public static Task<long> RefundsAsync(this CarefulMarketplace market, Stands booking) =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND purpose = 'goodwill'", booking);

    public static async Task NothingMovedAsync(this CarefulMarketplace market, Stands booking)
    {
        Assert.Equal(0, await market.RefundsAsync(booking));
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        Assert.Equal(booking.Held.Total, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    /// <summary>Waits until so much of a booking is back, no more and no less.</summary>
    public static async Task BackAsync(this CarefulMarketplace market, Stands booking, decimal amount)
    {
        var looks = 0;
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMilliseconds(200));
                // What no saga has in hand any more is found by the minute timer, which tests run themselves.
                if (++looks % 100 == 0)
                {
                    market.Clock.Advance(TimeSpan.FromMinutes(3));
                    await market.RunJobAsync("expire_intents");
                }

                return await market.ReadAsync<decimal>("SELECT refund_amount FROM reserve.reservations WHERE id = @ReservationId", booking) == amount;
            },
            () => $"{amount} is not back\n{market.Complaints}");
        Assert.Equal(booking.Held.Total - amount, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
    }
}
