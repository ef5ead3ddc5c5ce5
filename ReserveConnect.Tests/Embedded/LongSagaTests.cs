using Dapper;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Embedded;

/// <summary>Sagas that wait for months, for a person or a provider.</summary>
public sealed class LongSagaTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_refund_that_its_provider_refuses_for_days_does_not_make_the_journal_longer_and_longer()
    {
        var booking = await market.BookStayAsync();
        var charge = await market.ReadAsync<string>(
            "SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId });
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1_000, payment = charge });
        await market.CancelAsync(booking);
        var longest = 0L;
        for (var hour = 0; hour < 3 * CancellationSaga.WaitsPerRun; hour++)
        {
            market.Clock.Advance(TimeSpan.FromHours(1));
            var woken = market.Clock.GetUtcNow().UtcDateTime.AddSeconds(-1);
            await Marketplace.EventuallyAsync(
                async () => (await JournalAsync(booking)) is var (count, last) && (longest = Math.Max(longest, count)) > 0 && last >= woken,
                () => $"the saga does not wake\n{market.Complaints}");
        }

        Assert.Equal("cancel_pending", await market.ReservationStatusAsync(booking));
        // A wait is a timer, an event to wait for, and two activities with their results.
        Assert.InRange(longest, CancellationSaga.WaitsPerRun, 12 * CancellationSaga.WaitsPerRun);
        await market.ExpectSoundAsync();
    }

    private async Task<(long Count, DateTime Last)> JournalAsync(Stands booking)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<(long, DateTime)>(
            """
            SELECT count(j.id), coalesce(max(j.at), 'epoch')
            FROM reserve.cancellations c
            JOIN durable.instances i ON i.instance_id = 'cancel-' || c.id
            LEFT JOIN durable.journal j ON j.execution = i.execution
            WHERE c.reservation_id = @ReservationId
            """,
            new { booking.ReservationId });
    }
}
