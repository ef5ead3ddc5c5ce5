using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Events;
using ReserveConnect.Inventory;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Who asks to cancel while a paid change is with a silent Host has to wait, and what counts is when they asked.</summary>
public sealed class CancelWishTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly TimeSpan UntilTheTierEnds = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Wait = UntilTheTierEnds + TimeSpan.FromMinutes(1);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("guest", "given up", 110, 100)]
    [InlineData("guest", "given up", 125, 50)]
    [InlineData("guest", "made", 110, 100)]
    [InlineData("supervisor", "given up", 110, 100)]
    [InlineData("supervisor", "made", 125, 50)]
    public async Task The_tier_is_that_of_the_wish_for_two_hours_after_the_change(string who, string end, int minutesAfter, int percent)
    {
        var (booking, change) = await SilentAsync();
        var wished = await WishAsync(booking);
        // Asked again later, it is the first time that counts.
        market.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(wished, await WishAsync(booking));
        market.Clock.Advance(Wait - TimeSpan.FromMinutes(5));
        await EndAsync(change, end);
        market.Clock.Advance(TimeSpan.FromMinutes(minutesAfter));

        var total = await market.TotalAsync(booking);
        var quote = (await market.QuoteAsync(booking)).Body;
        var cancelled = await CancelAsync(booking, who, quote["refund"]!.GetValue<decimal>());

        Assert.Equal(HttpStatusCode.Accepted, cancelled.Status);
        Assert.Equal(decimal.Round(total * percent / 100m, 2, MidpointRounding.ToEven), quote["refund"]!.GetValue<decimal>());
        Assert.Equal(percent == 100 ? wished : null, quote["wished_at"]?.GetValue<DateTimeOffset>());
        Assert.Equal(quote["refund"]!.GetValue<decimal>(), cancelled.Body["refund"]!.GetValue<decimal>());
        await market.UntilAsync(booking, "cancelled");
        Assert.Equal(
            total - quote["refund"]!.GetValue<decimal>(),
            await market.MoneyAtProvidersAsync(booking.Held.IntentId) + await market.MoneyAtProvidersAsync(change.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Whoever_orders_another_change_has_no_wish_to_cancel_any_more()
    {
        var (booking, change) = await SilentAsync();
        await WishAsync(booking);
        market.Clock.Advance(Wait);
        await EndAsync(change, "given up");
        Assert.Equal(100m, (await market.QuoteAsync(booking)).Body["refund_percentage"]!.GetValue<decimal>());

        await market.MoveAsync(booking, new { infants = 1 });

        var quote = (await market.QuoteAsync(booking)).Body;
        Assert.Equal((50m, null), (quote["refund_percentage"]!.GetValue<decimal>(), quote["wished_at"]));
    }

    [Fact]
    public async Task A_wish_that_was_taken_down_while_the_change_ended_counts_too()
    {
        var (booking, change) = await SilentAsync();
        await WishAsync(booking);
        await EndAsync(change, "given up");
        // By another clock.
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "UPDATE reserve.reservations SET cancel_wished_at = cancel_wished_at + interval '1 minute' WHERE id = @ReservationId", new { booking.ReservationId });
        }

        market.Clock.Advance(Wait);

        Assert.Equal(100m, (await market.QuoteAsync(booking)).Body["refund_percentage"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Who_was_told_to_wait_may_ask_again_under_the_same_key()
    {
        var (booking, change) = await SilentAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await KeyedAsync()).Status);
        await EndAsync(change, "given up");

        Assert.Equal(HttpStatusCode.Accepted, (await KeyedAsync()).Status);

        await market.UntilAsync(booking, "cancelled");

        async Task<Answer> KeyedAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/reservations/{booking.Code}/cancel") { Headers = { { "Idempotency-Key", "once-and-again" } } };
            return await market.SendAsync(request);
        }
    }

    [Fact]
    public async Task Whoever_only_looks_at_what_cancelling_would_give_has_wished_nothing()
    {
        var (booking, _) = await SilentAsync();

        Assert.Equal(HttpStatusCode.Conflict, (await market.QuoteAsync(booking)).Status);

        Assert.Null(await market.ReadAsync<DateTime?>("SELECT cancel_wished_at FROM reserve.reservations WHERE id = @ReservationId", booking));
    }

    [Theory]
    [InlineData("pt", "até 2 horas depois")]
    [InlineData("en", "within 2 hours after")]
    public async Task The_guest_is_told_so_in_their_language(string language, string words)
    {
        var (booking, _) = await SilentAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/reservations/{booking.Code}/cancel") { Headers = { { "Accept-Language", language } } };

        var refused = await market.SendAsync(request);

        Assert.Equal((HttpStatusCode.Conflict, "modification_under_way"), (refused.Status, $"{refused.Body["code"]}"));
        Assert.Contains(words, $"{refused.Body["message"]}", StringComparison.Ordinal);
        Assert.NotNull(refused.Body["booking_intent_id"]);
    }

    // A booking that gives all of its money back for 20 minutes more and half of it then, and a change of it that the Host does not answer to.
    private async Task<(Stands Booking, Change Change)> SilentAsync()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        await market.AgeAsync(booking);
        await EndTierSoonAsync(booking);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await market.PayAsync(booking, change);
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "host_commit_failed", "the Host is not silent");
        return (booking, change);
    }

    private async Task EndTierSoonAsync(Stands booking)
    {
        await using var connection = await market.OpenAsync();
        var zone = await connection.QuerySingleAsync<string>(
            "SELECT c.time_zone FROM reserve.reservations r JOIN reserve.cities c ON c.id = r.city_id WHERE r.id = @ReservationId", new { booking.ReservationId });
        var arrival = new CancellationTerms(booking.Held.Stay.CheckIn, zone, default, new("moderate", "Moderate", []), false).CheckInAt;
        var hours = (int)(arrival - market.Clock.GetUtcNow()).TotalHours - 1;
        await connection.ExecuteAsync(
            "UPDATE reserve.reservations SET cancellation_policy = @Policy::jsonb WHERE id = @ReservationId",
            new
            {
                booking.ReservationId,
                Policy = JsonSerializer.Serialize(new CancellationPolicyCopy("moderate", "Moderate", [new(hours, 100m), new(0, 50m)]), EventJson.Options),
            });
        market.Clock.Advance(arrival - TimeSpan.FromHours(hours) - UntilTheTierEnds - market.Clock.GetUtcNow());
    }

    private async Task<DateTimeOffset> WishAsync(Stands booking)
    {
        var refused = await market.CancelAsync(booking);
        Assert.Equal((HttpStatusCode.Conflict, "modification_under_way"), (refused.Status, $"{refused.Body["code"]}"));
        return refused.Body["cancel_wished_at"]!.GetValue<DateTimeOffset>();
    }

    private async Task EndAsync(Change change, string end)
    {
        await market.CalmAsync();
        if (end == "made")
        {
            var exception = await market.ExceptionAsync(change.IntentId, "host_booking_failed");
            await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });
            await market.UntilAsync(change.IntentId, "confirmed");
            return;
        }

        var given = await market.ExceptionAsync(change.IntentId, "host_booking_failed");
        await market.OrderAsync(given, market.TokenOf(await market.SeedAsync("agent")), new { action = "cancel_and_refund" });
        await market.UntilAsync(change.IntentId, "cancelled");
    }

    private async Task<Answer> CancelAsync(Stands booking, string who, decimal expected) =>
        who == "guest"
            ? await market.CancelAsync(booking, new { expected_refund = expected })
            : await market.PostAsync(
                $"admin/reservations/{booking.ReservationId}/force-cancel", new { reason = "as the guest", refund = "policy" }, market.TokenOf(await market.SeedAsync("supervisor")));
}
