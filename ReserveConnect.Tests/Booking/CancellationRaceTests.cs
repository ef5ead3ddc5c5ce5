using System.Net;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Everything about one cancellation at once: asked for twice and by a supervisor, its refund told before its own call has returned, and told again.</summary>
public sealed class CancellationRaceTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const int Rounds = 6;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task Cancelled_by_many_at_once_with_the_refund_told_before_it_was_answered_is_cancelled_and_refunded_once(string method)
    {
        var random = new Random(TestSeed.Or(20261123));
        var supervisor = market.TokenOf(await market.SeedAsync("supervisor"));
        for (var round = 0; round < Rounds; round++)
        {
            var booking = await market.BookStayAsync(method: method);
            var (system, path) = method == "pix" ? (market.MercadoPago, "/v1/payments/*/refunds") : (market.Stripe, "/v1/refunds");
            // The report of the refund is here long before the answer; or there never is one.
            await Marketplace.FaultAsync(system, random.Next(2) == 0
                ? new { kind = "slow", method = "POST", path, count = 1, delay_ms = random.Next(50, 400) }
                : new { kind = "cut_after_work", method = "POST", path, count = 1 });
            await Marketplace.WebhookRuleAsync(system, random.Next(2) == 0 ? new { action = "double", count = 2 } : new { action = "reorder", count = 1, delay_ms = 50 });
            if (random.Next(3) == 0)
            {
                await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings/*/cancel", count = 1 });
            }

            var answers = await Task.WhenAll(
                market.CancelAsync(booking),
                market.CancelAsync(booking, new { reason = "again" }),
                market.PostAsync($"admin/reservations/{booking.ReservationId}/force-cancel", new { reason = "flood", refund = "full" }, supervisor));
            await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(250));
            await market.CalmAsync();

            Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{a.Status} {a.Body}"));
            Assert.Single(answers.Select(a => a.Body["cancellation_id"]!.GetValue<Guid>()).Distinct());
            Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId }));
            Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
            Assert.Equal((0, 0), await market.RoomsAsync(booking.Held.Stay));
            await market.ExpectSoundAsync();
        }
    }

    [Fact]
    public async Task A_supervisor_who_gives_more_than_the_policy_at_the_same_moment_has_it_given_or_is_told_that_it_is_too_late()
    {
        var supervisor = market.TokenOf(await market.SeedAsync("supervisor"));
        for (var round = 0; round < Rounds; round++)
        {
            var booking = await market.BookStayAsync();
            await market.HalveAsync(booking);
            var guest = market.CancelAsync(booking);
            if (round % 2 == 0)
            {
                await guest;
            }

            var order = await market.PostAsync($"admin/reservations/{booking.ReservationId}/force-cancel", new { reason = "flood", refund = "full" }, supervisor);
            await guest;
            await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(250));

            if (order.Status == HttpStatusCode.Conflict)
            {
                Assert.Equal("already_cancelled", order.Body["code"]!.GetValue<string>());
            }
            else
            {
                Assert.True(order.Body["forced"]!.GetValue<bool>(), $"{order.Status} {order.Body}");
            }

            var half = decimal.Round(booking.Held.Total / 2, 2, MidpointRounding.ToEven);
            Assert.Equal(
                order.Status == HttpStatusCode.Conflict ? booking.Held.Total - half : 0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
            await market.ExpectSoundAsync();
        }
    }

    [Fact]
    public async Task Cancelled_and_refunded_by_staff_at_once_gives_no_more_back_than_came_in()
    {
        var random = new Random(TestSeed.Or(20261124));
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        for (var round = 0; round < Rounds; round++)
        {
            var booking = await market.BookStayAsync();
            var amount = decimal.Round(booking.Held.Total * random.Next(1, 100) / 100m, 2);

            await Task.WhenAll(
                market.CancelAsync(booking),
                market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", new { amount, reason = "race", charged_to = random.Next(2) == 0 ? "platform" : "property" }, agent));
            await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(250));

            await Marketplace.EventuallyAsync(
                async () => await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 0m, () => $"not all of it is back\n{market.Complaints}");
            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status <> 'succeeded'", new { booking.Held.IntentId }) == 0,
                () => $"a refund is still owed\n{market.Complaints}");
            await market.ExpectSoundAsync();
        }
    }
}
