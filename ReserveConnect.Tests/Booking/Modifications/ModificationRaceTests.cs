using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Everything about one booking at once: two changes of it, its cancellation, a supervisor's, payments and lost answers.</summary>
public sealed class ModificationRaceTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const int Rounds = 5;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Changed_twice_and_cancelled_at_once_a_booking_comes_to_one_stay_or_to_none_and_the_money_with_it()
    {
        var random = new Random(TestSeed.Or(20261125));
        var supervisor = market.TokenOf(await market.SeedAsync("supervisor"));
        for (var round = 0; round < Rounds; round++)
        {
            var window = await market.FreeWindowAsync(4);
            await market.PriceAsync(window, 300m);
            var booking = await market.BookAsync(window, nights: 2);
            if (random.Next(2) == 0)
            {
                await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", count = random.Next(1, 4) });
            }

            var changes = new[] { market.AskToMoveAsync(booking, new { check_out = window.To }), market.AskToMoveAsync(booking, new { check_in = window.From.AddDays(1), check_out = window.To }) };
            var payments = changes.Select(async asked =>
            {
                if ((await asked) is { Status: HttpStatusCode.Accepted } begun)
                {
                    var intent = begun.Body["booking_intent_id"]!.GetValue<Guid>();
                    var payment = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{intent}/payments/card")
                    {
                        Headers = { Authorization = new("Bearer", market.TokenOf(booking.Held.IntentId)) },
                    });
                    if (payment.Status == HttpStatusCode.Created)
                    {
                        await market.ConfirmCardAsync(payment.Body);
                    }
                }
            }).ToList();
            var delay = random.Next(0, 120);
            List<Task<Answer>> cancellations = [];
            if (random.Next(3) > 0)
            {
                await Task.Delay(delay);
                cancellations.Add(market.CancelAsync(booking));
                cancellations.Add(market.PostAsync($"admin/reservations/{booking.ReservationId}/force-cancel", new { reason = "flood", refund = "full" }, supervisor));
            }

            await Task.WhenAll(payments);
            var isCancelled = (await Task.WhenAll(cancellations)).Any(answer => answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK);
            if (isCancelled)
            {
                await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(250));
            }

            await RestAsync(booking);

            var at = new Stay(window.UnitId, window.From, window.To);
            var stands = isCancelled ? null : await market.StayAsync(booking);
            Assert.Equal((0, stands is null ? 0 : stands.CheckOut.DayNumber - stands.CheckIn.DayNumber), await market.RoomsAsync(at));
            Assert.Equal(isCancelled ? 0m : await market.TotalAsync(booking), await MoneyAsync(booking));
            if (stands is not null)
            {
                Assert.Equal(stands, await market.StayAtHostAsync(booking));
            }

            await market.ExpectSoundAsync();
        }
    }

    [Fact]
    public async Task Of_two_bookings_that_want_the_last_night_at_once_one_gets_it()
    {
        for (var round = 0; round < 3; round++)
        {
            var window = await market.FreeWindowAsync(3, rooms: 1);
            await market.PriceAsync(window, 300m);
            var left = await market.BookAsync(window, nights: 1);
            var right = await market.BookAsync(window, nights: 1, after: 2);
            var night = window.From.AddDays(1);

            var answers = await Task.WhenAll(
                market.AskToMoveAsync(left, new { check_out = night.AddDays(1) }), market.AskToMoveAsync(right, new { check_in = night }));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
            Assert.Equal("not_available", $"{answers.Single(answer => answer.Status != HttpStatusCode.Accepted).Body["code"]}");
            await market.ExpectSoundAsync();
        }
    }

    // Nothing is on its way any more: no change, no refund.
    private async Task RestAsync(Stands booking)
    {
        await market.SkipUntilAsync(
            async () => await market.ReadAsync<long>(
                """
                SELECT (SELECT count(*) FROM reserve.booking_intents WHERE modifies_reservation_id = @ReservationId AND status NOT IN ('confirmed', 'cancelled', 'expired'))
                     + (SELECT count(*)
                        FROM reserve.refunds f
                        JOIN reserve.booking_intents i ON i.id = f.booking_intent_id
                        WHERE (i.modifies_reservation_id = @ReservationId OR i.id = @IntentId) AND f.status <> 'succeeded')
                     + (SELECT count(*)
                        FROM reserve.exceptions e
                        JOIN reserve.booking_intents i ON i.id = e.booking_intent_id
                        WHERE i.modifies_reservation_id = @ReservationId AND e.exception_type = 'host_cancel_failed' AND e.status IN ('open', 'in_progress'))
                """,
                new { booking.ReservationId, booking.Held.IntentId }) == 0,
            "something is on its way still");
    }

    private async Task<decimal> MoneyAsync(Stands booking)
    {
        var all = await market.MoneyAtProvidersAsync(booking.Held.IntentId);
        await using var connection = await market.OpenAsync();
        foreach (var change in await connection.QueryAsync<Guid>(
            "SELECT id FROM reserve.booking_intents WHERE modifies_reservation_id = @ReservationId", new { booking.ReservationId }))
        {
            all += await market.MoneyAtProvidersAsync(change);
        }

        return all;
    }
}
