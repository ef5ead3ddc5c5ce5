using System.Net;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Many guests, one room.</summary>
public sealed class RaceTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_fifty_guests_who_want_the_last_room_at_once_exactly_one_gets_it(int seed)
    {
        var stay = await market.FreeStayAsync(nights: 1 + (TestSeed.Or(seed) % 3), rooms: 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => market.AskForHoldAsync(stay)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a =>
        {
            Assert.Equal(HttpStatusCode.Conflict, a.Status);
            Assert.Equal("not_available", a.Body["code"]!.GetValue<string>());
        });
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Overlapping_stays_in_any_order_never_deadlock_and_never_share_a_night()
    {
        var stay = await market.FreeStayAsync(nights: 6, rooms: 1);
        var random = new Random(TestSeed.Or(20261122));
        var asked = Enumerable.Range(0, 60).Select(_ =>
        {
            var first = random.Next(0, 5);
            var nights = random.Next(1, 7 - first);
            return stay with { CheckIn = stay.CheckIn.AddDays(first), CheckOut = stay.CheckIn.AddDays(first + nights) };
        }).ToList();

        var answers = await Task.WhenAll(asked.Select(s => market.AskForHoldAsync(s)));

        Assert.All(answers, a => Assert.True((int)a.Status < 500, a.Body.ToString()));
        var held = asked.Zip(answers).Where(p => p.Second.Status == HttpStatusCode.Created).Select(p => p.First).ToList();
        Assert.NotEmpty(held);
        var nights = held.SelectMany(s => Enumerable.Range(s.CheckIn.DayNumber, s.CheckOut.DayNumber - s.CheckIn.DayNumber)).ToList();
        Assert.Equal(nights.Count, nights.Distinct().Count());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task One_request_sent_many_times_at_once_under_one_key_is_one_hold()
    {
        var stay = await market.FreeStayAsync();
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => market.AskForHoldAsync(stay, key)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.Status));
        // Each answer has a token of its own; the rest is the same.
        Assert.All(answers, a => Assert.True(a.Body.AsObject().Remove("access_token") && a.Body.AsObject().Remove("access_token_expires_at")));
        Assert.Single(answers.Select(a => a.Body.ToJsonString()).Distinct());
        Assert.Equal((2, 0), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Payment_cancellation_and_expiry_at_the_same_instant_come_to_one_end()
    {
        for (var round = 0; round < 10; round++)
        {
            var stay = await market.FreeStayAsync(nights: 1);
            var held = await market.HoldAsync(stay);
            var payment = await market.BeginPaymentAsync(held, "card");
            var toExpiry = await market.ReadAsync<DateTime>("SELECT expires_at FROM reserve.booking_intents WHERE id = @IntentId", new { held.IntentId });

            await Task.WhenAll(
                market.ConfirmCardAsync(payment),
                market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}")),
                Task.Run(() => market.Clock.AdvanceTo(new DateTimeOffset(toExpiry, TimeSpan.Zero))));
            var end = await market.UntilAsync(held.IntentId, "confirmed", "cancelled", "expired");

            Assert.Equal(end == "confirmed" ? held.Total : 0m, await market.MoneyAtProvidersAsync(held.IntentId));
            await market.ExpectSoundAsync();
        }
    }
}
