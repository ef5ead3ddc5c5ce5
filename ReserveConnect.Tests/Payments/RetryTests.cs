using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class RetryTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const string NoFunds = "4000000000009995";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Where_no_payment_was_begun_there_is_nothing_to_retry()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());

        Expect(await market.RetryAsync(held), HttpStatusCode.Conflict, "nothing_to_retry");
    }

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_payment_that_can_still_be_made_is_not_retried(string method)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, method);

        Expect(await market.RetryAsync(held), HttpStatusCode.Conflict, "nothing_to_retry");
        Expect(await market.RetryAsync(held, method == "pix" ? "card" : "pix"), HttpStatusCode.Conflict, "nothing_to_retry");

        Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));
        await market.UntilAsync(held.IntentId, "confirmed");
        Expect(await market.RetryAsync(held), HttpStatusCode.Conflict, "payment_already_made");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(null, "card")]
    [InlineData("card", "card")]
    [InlineData("pix", "pix")]
    public async Task A_declined_card_is_tried_again_by_either_method_and_the_first_charge_is_closed(string? method, string used)
    {
        var (held, declined) = await DeclinedAsync();

        var retried = await market.RetryAsync(held, method);

        Assert.Equal(HttpStatusCode.Created, retried.Status);
        Assert.Equal(used == "pix" ? "mercado_pago" : "stripe", retried.Body["provider"]!.GetValue<string>());
        Assert.Null(retried.Body["failure"]);
        Assert.Equal(2, retried.Body["payment_attempts_left"]!.GetValue<int>());
        Assert.NotEqual(HttpStatusCode.OK, await market.ConfirmCardAsync(declined));
        Assert.Equal(HttpStatusCode.OK, used == "pix" ? await market.PayPixAsync(retried.Body) : await market.ConfirmCardAsync(retried.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_decline_gives_five_more_minutes_whoever_learns_of_it_first()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        market.Clock.Advance(TimeSpan.FromMinutes(12));
        var before = payment["hold_expires_at"]!.GetValue<DateTimeOffset>();
        Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, NoFunds));

        var retried = await market.RetryAsync(held);

        Assert.Equal(HttpStatusCode.Created, retried.Status);
        Assert.Equal(2, retried.Body["payment_attempts_left"]!.GetValue<int>());
        Assert.Equal(before.AddMinutes(5), retried.Body["hold_expires_at"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Two_declines_give_five_minutes_each_and_the_third_gives_none()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        var before = payment["hold_expires_at"]!.GetValue<DateTimeOffset>();
        for (var declines = 1; declines <= 3; declines++)
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, NoFunds));
            var left = 3 - declines;
            var seen = await market.UntilPaymentAsync(held, p => p["payment_attempts_left"]!.GetValue<int>() == left);
            Assert.Equal(before.AddMinutes(5 * Math.Min(declines, 2)), seen["hold_expires_at"]!.GetValue<DateTimeOffset>());
        }

        await market.UntilAsync(held.IntentId, "cancelled");
    }

    [Fact]
    public async Task A_decline_counts_though_its_webhook_is_late_and_the_guest_has_gone_on_to_another_way()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 50 });
        for (var declines = 1; declines <= 3; declines++)
        {
            var card = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/card"));
            Assert.Equal(HttpStatusCode.Created, card.Status);
            Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(card.Body, NoFunds));
            var pix = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/pix"));
            if (declines < 3)
            {
                Assert.Equal((HttpStatusCode.Created, 3 - declines), (pix.Status, pix.Body["payment_attempts_left"]?.GetValue<int>()));
            }
            else
            {
                // The saga may have ended it by then.
                Assert.Contains($"{pix.Body["code"]}", new[] { "too_many_payments", "intent_not_payable" });
            }
        }

        // Whoever asked is told, and so is the saga: the room is not kept for nothing.
        await market.UntilAsync(held.IntentId, "cancelled");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payment_that_succeeded_meanwhile_is_said_to_be_paid_and_taken_in()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));

        Expect(await market.RetryAsync(held, "pix"), HttpStatusCode.Conflict, "payment_already_made");

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("card", "pix")]
    [InlineData("pix", "card")]
    public async Task Whoever_changes_the_method_after_paying_is_told_that_it_is_paid(string paid, string other)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, paid);
        await Marketplace.WebhookRuleAsync(paid == "pix" ? market.MercadoPago : market.Stripe, new { action = "drop", count = 10 });
        Assert.Equal(HttpStatusCode.OK, paid == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));

        var answer = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/{other}"));

        Expect(answer, HttpStatusCode.Conflict, "payment_already_made");
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Two_who_retry_at_once_get_the_same_new_attempt()
    {
        var (held, _) = await DeclinedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.RetryAsync(held)));

        var attempts = answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Body["payment_attempt_id"]!.GetValue<Guid>()).Distinct();
        Assert.Single(attempts);
        Assert.All(answers, a => Assert.Contains(a.Status, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.ServiceUnavailable }));
        Assert.Equal(2, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { held.IntentId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Three_declines_over_three_attempts_end_it()
    {
        var (held, _) = await DeclinedAsync();
        for (var declines = 2; declines <= 3; declines++)
        {
            var retried = await market.RetryAsync(held);
            Assert.Equal(HttpStatusCode.Created, retried.Status);
            Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(retried.Body, NoFunds));
        }

        await market.UntilAsync(held.IntentId, "cancelled");
        Expect(await market.RetryAsync(held), HttpStatusCode.Conflict, "intent_not_payable");
        var payment = await market.PaymentAsync(held);
        Assert.Equal(("insufficient_funds", 0), (payment["failure"]!["code"]!.GetValue<string>(), payment["payment_attempts_left"]!.GetValue<int>()));
        Assert.Equal((0, 0), await market.RoomsAsync(held.Stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_hold_that_has_ended_is_not_paid_by_trying_again()
    {
        var (held, _) = await DeclinedAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(21));
        // A question that was under way when the clock moved has had no answer in time, and is asked again.
        await market.SkipSecondsUntilAsync(async () => await market.StatusAsync(held.IntentId) == "expired");

        Expect(await market.RetryAsync(held), HttpStatusCode.Conflict, "intent_not_payable");
    }

    [Theory]
    [InlineData("""{"method":"cheque"}""", 422, "invalid_method")]
    [InlineData("""{"method":7}""", 400, "invalid_value")]
    [InlineData("""{"way":"pix"}""", 400, "unknown_field")]
    [InlineData("""[]""", 400, "malformed_json")]
    public async Task A_body_that_makes_no_sense_is_refused(string body, int status, string code)
    {
        var (held, _) = await DeclinedAsync();

        var answer = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/retry")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        });

        Expect(answer, (HttpStatusCode)status, code);
    }

    [Fact]
    public async Task An_empty_body_means_as_before()
    {
        var (held, _) = await DeclinedAsync();

        var answer = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/retry") { Content = JsonContent.Create(new { }) });

        Assert.Equal((HttpStatusCode.Created, "stripe"), (answer.Status, answer.Body["provider"]?.GetValue<string>()));
    }

    private async Task<(Held Held, JsonNode Payment)> DeclinedAsync()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, NoFunds));
        await market.UntilPaymentAsync(held, p => p["failure"] is not null);
        return (held, payment);
    }

    private static void Expect(Answer answer, HttpStatusCode status, string code) =>
        Assert.Equal((status, code), (answer.Status, answer.Body["code"]?.GetValue<string>()));
}
