using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
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
    public async Task A_gift_before_a_cancellation_is_part_of_what_goes_back_and_no_fee_of_the_property()
    {
        var booking = await market.BookStayAsync();
        await RefundAsync(booking, "agent", new { amount = 50m, reason = "the heating was out", charged_to = "platform" });
        await RefundedAsync(booking, 50m);

        var quote = (await market.QuoteAsync(booking)).Body;
        Assert.Equal((booking.Held.Total - 50m, 50m, 0m), (quote["refund"]!.GetValue<decimal>(), quote["already_given"]!.GetValue<decimal>(), quote["kept"]!.GetValue<decimal>()));
        var cancelled = await market.CancelAsync(booking);
        Assert.Equal(booking.Held.Total - 50m, cancelled.Body["refund"]!.GetValue<decimal>());
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.BalanceAsync(booking, "property_payable"));
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
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
    [InlineData("platform")]
    [InlineData("property")]
    public async Task Ordered_again_under_its_key_after_the_answer_was_lost_it_is_one_refund(string chargedTo)
    {
        var booking = await market.BookStayAsync();
        var key = Guid.CreateVersion7().ToString();
        var token = market.TokenOf(await market.SeedAsync("agent"));
        var body = new { amount = 30m, reason = "no towels", charged_to = chargedTo };
        var first = await market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", body, token, key);
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        // The process died after its commit, or the database's own yes was lost: the key was given back without an answer.
        await market.ReadAsync<object?>("UPDATE reserve.answered_requests SET answered_at = NULL, answer = NULL, claim = NULL WHERE function = 'refund_booking'");

        var again = await market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", body, token, key);
        var other = await market.PostAsync($"admin/reservations/{booking.ReservationId}/refund", body, token, Guid.CreateVersion7().ToString());

        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.Equal(IdsOf(first), IdsOf(again));
        Assert.Equal(first.Body["remaining"]!.GetValue<decimal>(), again.Body["remaining"]!.GetValue<decimal>());
        Assert.NotEqual(IdsOf(first), IdsOf(other));
        await RefundedAsync(booking, 60m);
        await market.ExpectSoundAsync();

        static IReadOnlyList<string> IdsOf(Answer answer) => [.. answer.Body["refunds"]!.AsArray().Select(part => part!["refund_id"]!.GetValue<string>())];
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

    [Theory]
    [InlineData("full", null, 1.0)]
    [InlineData("none", null, 0.0)]
    [InlineData("policy", null, 0.5)]
    [InlineData("amount", 25.0, 0.0)]
    public async Task A_supervisor_says_what_a_cancelled_booking_gives(string refund, double? amount, double share)
    {
        var booking = await market.BookStayAsync("moderate");
        await market.AgeAsync(booking);
        await market.HalveAsync(booking);
        var expected = amount is { } some ? (decimal)some : decimal.Round(booking.Held.Total * (decimal)share, 2, MidpointRounding.ToEven);

        var answer = await ForceAsync(booking, new { reason = "flood", refund, amount });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("forced", answer.Body["quote"]!["reason"]!.GetValue<string>());
        Assert.Equal(
            decimal.Round(100m * expected / booking.Held.Total, 2, MidpointRounding.ToEven), answer.Body["quote"]!["refund_percentage"]!.GetValue<decimal>());
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(booking.Held.Total - expected, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_a_guest_cancelled_and_the_host_has_not_answered_becomes_what_a_supervisor_orders()
    {
        var booking = await market.BookStayAsync("non_refundable");
        await market.AgeAsync(booking);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        Assert.Equal(0m, (await market.CancelAsync(booking)).Body["refund"]!.GetValue<decimal>());

        var answer = await ForceAsync(booking, new { reason = "flood", refund = "full" });
        Assert.Equal((HttpStatusCode.Accepted, true, booking.Held.Total), (answer.Status, answer.Body["forced"]!.GetValue<bool>(), answer.Body["refund"]!.GetValue<decimal>()));
        Assert.Equal(answer.Body["cancellation_id"]!.GetValue<Guid>(), (await ForceAsync(booking, new { reason = "again", refund = "full" })).Body["cancellation_id"]!.GetValue<Guid>());
        (await ForceAsync(booking, new { reason = "again", refund = "none" })).Refused(HttpStatusCode.Conflict, "already_cancelled");

        // The Host keeps it: a guest's own cancellation would end here.
        await market.CalmAsync();
        await Marketplace.FaultAsync(market.Host, new
        {
            kind = "status", status = 409, method = "POST", path = "/v1/bookings/*/cancel", count = 1,
            body = new { type = "about:blank", title = "No", status = 409, code = "cancellation_refused", detail = "No." },
        });
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(1));

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal("flood", await market.ReadAsync<string>("SELECT reason FROM reserve.cancellations WHERE reservation_id = @ReservationId AND forced", new { booking.ReservationId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_supervisor_who_comes_after_the_money_has_moved_is_told_what_the_cancellation_gave()
    {
        var booking = await market.BookStayAsync("non_refundable");
        await market.AgeAsync(booking);
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        var answer = await ForceAsync(booking, new { reason = "flood", refund = "full" });

        answer.Refused(HttpStatusCode.Conflict, "already_cancelled");
        Assert.Equal(0m, answer.Body["cancellation"]!["refund"]!.GetValue<decimal>());
        // What gives as much is as good as done.
        Assert.Equal(HttpStatusCode.OK, (await ForceAsync(booking, new { reason = "flood", refund = "none" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await ForceAsync(booking, new { reason = "flood", refund = "policy" })).Status);
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
