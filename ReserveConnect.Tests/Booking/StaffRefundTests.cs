using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Staff give money back, and supervisors end bookings, past the policy.</summary>
public sealed class StaffRefundTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task A_gift_of_the_house_costs_the_platform_and_leaves_the_property_its_share()
    {
        var booking = await market.BookStayAsync();
        var share = await market.BalanceAsync(booking, "property_payable");

        var answer = await RefundAsync(booking, "agent", new { amount = 50m, reason = "the heating was out", charged_to = "platform" });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(booking.Held.Total - 50m, answer.Body["remaining"]!.GetValue<decimal>());
        await RefundedAsync(booking, 50m);

        Assert.Equal(share, await market.BalanceAsync(booking, "property_payable"));
        Assert.Equal(-50m, await market.BalanceAsync(booking, "refund_expense"));
        Assert.Equal(booking.Held.Total - 50m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));
        Assert.Equal("partial_refund", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_charged_to_the_property_takes_from_everybody_what_they_have_of_it()
    {
        var booking = await market.BookStayAsync();
        var before = await market.BalanceAsync(booking, "property_payable");

        await RefundAsync(booking, "agent", new { amount = 40m, reason = "no breakfast", charged_to = "property" });
        await RefundedAsync(booking, 40m);

        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        Assert.True(await market.BalanceAsync(booking, "property_payable") < before);
        await market.ExpectSoundAsync();

        // What is left of the price is what a cancellation gives.
        Assert.Equal(booking.Held.Total - 40m, (await market.QuoteAsync(booking)).Body["refund"]!.GetValue<decimal>());
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.BalanceAsync(booking, "property_payable"));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.001")]
    [InlineData("1000000")]
    [InlineData("79228162514264337593543950335")]
    public async Task A_refund_of_nothing_or_of_too_much_is_told_what_remains(string amount)
    {
        var booking = await market.BookStayAsync();
        await RefundAsync(booking, "agent", new { amount = 10m, reason = "first", charged_to = "platform" });

        foreach (var chargedTo in new[] { "platform", "property" })
        {
            var answer = await RefundAsync(booking, "supervisor", new { amount = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), reason = "second", charged_to = chargedTo });

            Assert.Equal((HttpStatusCode.UnprocessableEntity, "refund_amount_invalid"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
            Assert.Equal(booking.Held.Total - 10m, answer.Body["remaining"]!.GetValue<decimal>());
        }

        await RefundedAsync(booking, 10m);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Two_who_give_the_last_of_it_at_once_give_it_once()
    {
        var booking = await market.BookStayAsync();
        var (agent, supervisor) = (await market.SeedAsync("agent"), await market.SeedAsync("supervisor"));
        var all = new { amount = booking.Held.Total, reason = "all of it", charged_to = "platform" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", all, market.TokenOf(i % 2 == 0 ? agent : supervisor))));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Accepted), a => Assert.Equal(0m, a.Body["remaining"]!.GetValue<decimal>()));
        await RefundedAsync(booking, booking.Held.Total);
        Assert.Equal("refunded", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task More_than_an_agent_may_give_is_a_supervisors_also_in_parts()
    {
        var booking = await market.BookStayAsync();
        var options = market.Services.GetService(typeof(Microsoft.Extensions.Options.IOptions<ReserveConnect.Payments.PaymentOptions>)) as Microsoft.Extensions.Options.IOptions<ReserveConnect.Payments.PaymentOptions>;
        var usual = options!.Value.RefundAgentLimit;
        options.Value.RefundAgentLimit = 60m;
        try
        {
            Assert.Equal(HttpStatusCode.Accepted, (await RefundAsync(booking, "agent", new { amount = 40m, reason = "one", charged_to = "platform" })).Status);
            var refused = await RefundAsync(booking, "agent", new { amount = 20.01m, reason = "two", charged_to = "platform" });
            Assert.Equal((HttpStatusCode.Forbidden, "supervisor_required"), (refused.Status, refused.Body["code"]!.GetValue<string>()));
            Assert.Equal(HttpStatusCode.Accepted, (await RefundAsync(booking, "supervisor", new { amount = 20.01m, reason = "two", charged_to = "platform" })).Status);
        }
        finally
        {
            options.Value.RefundAgentLimit = usual;
        }

        await RefundedAsync(booking, 60.01m);
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("full", null, 1.0)]
    [InlineData("none", null, 0.0)]
    [InlineData("policy", null, 0.0)]
    [InlineData("amount", 25.0, 0.0)]
    public async Task A_supervisor_says_what_a_cancelled_booking_gives(string refund, double? amount, double share)
    {
        var booking = await market.BookStayAsync("non_refundable");
        await market.AgeAsync(booking);
        var expected = amount is { } some ? (decimal)some : booking.Held.Total * (decimal)share;

        var answer = await ForceAsync(booking, new { reason = "flood", refund, amount });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("forced", answer.Body["quote"]!["reason"]!.GetValue<string>());
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(booking.Held.Total - expected, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_hosts_no_does_not_stop_a_supervisor_and_a_person_calls_the_property()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 409, method = "POST", path = "/v1/bookings/*/cancel", count = (int?)null });

        await ForceAsync(booking, new { reason = "flood", refund = "full" });
        await Marketplace.EventuallyAsync(
            async () => await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 0m, () => $"the money waits\n{market.Complaints}");

        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'host_cancel_failed' AND status = 'open' AND booking_intent_id = @IntentId", new { booking.Held.IntentId }));
        await market.CalmAsync();
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(5));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("""{"reason":"  ","refund":"full"}""", "reason_required")]
    [InlineData("""{"reason":"x","refund":"some"}""", "invalid_refund")]
    [InlineData("""{"reason":"x","refund":"amount"}""", "invalid_refund")]
    [InlineData("""{"reason":"x","refund":"full","amount":1}""", "invalid_refund")]
    [InlineData("""{"reason":"x","refund":"amount","amount":0}""", "refund_amount_invalid")]
    [InlineData("""{"reason":"x","refund":"amount","amount":-5}""", "refund_amount_invalid")]
    [InlineData("""{"reason":"x","refund":"amount","amount":9999999}""", "refund_amount_invalid")]
    public async Task An_order_that_makes_no_sense_cancels_nothing(string body, string code)
    {
        var booking = await market.BookStayAsync();
        var answer = await ForceAsync(booking, System.Text.Json.Nodes.JsonNode.Parse(body)!);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (answer.Status, answer.Body["code"]!.GetValue<string>()));
        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));
    }

    [Fact]
    public async Task What_is_not_there_can_be_neither_refunded_nor_cancelled()
    {
        var nothing = new Stands(null!, "", Guid.CreateVersion7());

        Assert.Equal(HttpStatusCode.NotFound, (await RefundAsync(nothing, "agent", new { amount = 1m, reason = "x", charged_to = "platform" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ForceAsync(nothing, new { reason = "x", refund = "full" })).Status);
    }

    [Theory]
    [InlineData(20261123)]
    [InlineData(20261124)]
    [InlineData(20261125)]
    public async Task However_refunds_follow_one_another_no_more_goes_back_than_came_in_and_each_is_in_the_books_once(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        var booking = await market.BookStayAsync("moderate");
        await market.AgeAsync(booking);
        var left = booking.Held.Total;
        for (var order = 0; order < 8; order++)
        {
            var amount = decimal.Round(booking.Held.Total * random.Next(1, 500) / 1000m, 2);
            var chargedTo = random.Next(2) == 0 ? "platform" : "property";
            if (random.Next(4) == 0)
            {
                await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1 });
            }

            var answer = await RefundAsync(booking, "supervisor", new { amount, reason = "seeded", charged_to = chargedTo });
            if (answer.Status == HttpStatusCode.Accepted)
            {
                left -= amount;
                Assert.Equal(left, answer.Body["remaining"]!.GetValue<decimal>());
            }
            else
            {
                Assert.True(answer.Body["remaining"]!.GetValue<decimal>() < amount, answer.Body.ToString());
            }
        }

        await RefundedAsync(booking, booking.Held.Total - left);
        await market.ExpectSoundAsync();
        if (left > 0)
        {
            await market.CancelAsync(booking);
            await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));
        }

        Assert.InRange(await market.MoneyAtProvidersAsync(booking.Held.IntentId), 0m, left);
        await market.ExpectSoundAsync();
    }

    private async Task<Answer> RefundAsync(Stands booking, string role, object body) =>
        await market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", body, market.TokenOf(await market.SeedAsync(role)));

    private async Task<Answer> ForceAsync(Stands booking, object body) =>
        await market.PostAsync($"admin/reservations/{booking.ReservationId}/force-cancel", body, market.TokenOf(await market.SeedAsync("supervisor")));

    // What was asked for while the saga of the one before was about to end is found by the minute timer, which tests run themselves.
    private async Task RefundedAsync(Stands booking, decimal amount)
    {
        var looks = 0;
        await Marketplace.EventuallyAsync(() => IsBackAsync(booking, amount, ++looks), () => $"{amount} is not back\n{market.Complaints}");
    }

    private async Task<bool> IsBackAsync(Stands booking, decimal amount, int look)
    {
        market.Clock.Advance(TimeSpan.FromMilliseconds(200));
        if (look % 100 == 0)
        {
            market.Clock.Advance(TimeSpan.FromMinutes(3));
            await market.RunJobAsync("expire_intents");
        }

        return await market.ReadAsync<decimal>("SELECT refund_amount FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }) == amount;
    }
}
