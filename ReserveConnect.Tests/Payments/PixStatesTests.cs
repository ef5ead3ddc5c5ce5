using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>PIX charges that Mercado Pago refuses, looks at, or takes back.</summary>
public sealed class PixStatesTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const string Opened = "dispute_opened";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_charge_that_is_refused_as_it_is_made_is_a_failure_in_words(bool withCode)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await BornAsync("rejected", "rejected_high_risk", withCode);

        var answer = await BeginAsync(held);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "payment_refused"), (answer.Status, $"{answer.Body["code"]}"));
        var payment = await market.PaymentAsync(held, "en");
        Assert.Equal(("failed", "pix_not_available", 2), ($"{payment["status"]}", $"{payment["failure"]!["code"]}", payment["payment_attempts_left"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.Created, (await market.RetryAsync(held, "card")).Status);
    }

    [Fact]
    public async Task A_charge_that_is_refused_after_a_look_counts_gives_five_minutes_and_is_told()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = (await BeginAsync(held)).Body;
        var before = payment["hold_expires_at"]!.GetValue<DateTimeOffset>();

        await MoveAsync(payment, "rejected", "rejected_by_bank");

        var failed = await market.UntilPaymentAsync(held, p => $"{p["status"]}" == "failed");
        Assert.Equal(("pix_not_available", 2), ($"{failed["failure"]!["code"]}", failed["payment_attempts_left"]!.GetValue<int>()));
        Assert.Equal(before.AddMinutes(5), failed["hold_expires_at"]!.GetValue<DateTimeOffset>());
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'payment.failed' AND aggregate_id = @IntentId", new { held.IntentId }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_charge_that_is_looked_at_as_it_is_made_can_be_left_for_a_card(bool withCode)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await BornAsync("in_process", "pending_review_manual", withCode);

        var answer = await BeginAsync(held);
        Assert.Equal(withCode ? HttpStatusCode.Created : HttpStatusCode.Conflict, answer.Status);

        var card = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/card"));
        Assert.Equal(HttpStatusCode.Created, card.Status);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(card.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_broken_code_of_a_charge_that_is_looked_at_is_not_shown_either()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await market.ControlAsync(market.MercadoPago, "/control/codes/break", new { flaw = "checksum" });
        await BornAsync("in_process", "pending_review_manual", withCode: true);

        Assert.Equal("pix_code_invalid", $"{(await BeginAsync(held)).Body["code"]}");
    }

    [Fact]
    public async Task A_charge_that_is_still_looked_at_when_the_hold_ends_is_closed_and_troubles_nobody()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await BornAsync("in_process", "pending_review_manual", withCode: true);
        await BeginAsync(held);

        market.Clock.Advance(TimeSpan.FromMinutes(32));
        await market.UntilAsync(held.IntentId, "expired");

        Assert.Null(await market.TroubleAsync(held, "payment_outcome_unknown"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payment_that_is_taken_back_leaves_the_books_and_a_person_is_called()
    {
        var (held, payment) = await BookedAsync();
        var cash = await market.BalanceAsync(held, "cash_pix");

        await MoveAsync(payment, "charged_back", "in_process");
        await market.UntilDisputeAsync(held.IntentId, "needs_response");
        Assert.Equal((cash - held.Total, held.Total), (await market.BalanceAsync(held, "cash_pix"), await market.BalanceAsync(held, "refund_expense")));
        Assert.Equal(("critical", "open"), await market.TroubleAsync(held, Opened) is { } trouble ? (trouble.Severity, trouble.Status) : default);
        await market.ExpectSoundAsync();

        await MoveAsync(payment, "charged_back", "settled");
        await market.UntilDisputeAsync(held.IntentId, "lost");
        Assert.Equal("dispute_lost", await market.UntilResolvedAsync(held, Opened));
        Assert.Equal(held.Total, await market.BalanceAsync(held, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("charged_back", "reimbursed")]
    [InlineData("approved", "accredited")]
    public async Task A_payment_that_was_taken_and_comes_back_is_whole_in_the_books(string status, string detail)
    {
        var (held, payment) = await BookedAsync();
        var cash = await market.BalanceAsync(held, "cash_pix");
        await MoveAsync(payment, "charged_back", "something_new");
        await market.UntilDisputeAsync(held.IntentId, "needs_response");

        await MoveAsync(payment, status, detail);
        await MoveAsync(payment, status, detail);

        await market.UntilDisputeAsync(held.IntentId, "won");
        Assert.Equal((cash, 0m), (await market.BalanceAsync(held, "cash_pix"), await market.BalanceAsync(held, "refund_expense")));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payment_in_mediation_is_before_a_person_until_it_is_left_to_us()
    {
        var (held, payment) = await BookedAsync();
        var cash = await market.BalanceAsync(held, "cash_pix");
        await MoveAsync(payment, "in_mediation", "pending");
        await market.UntilDisputeAsync(held.IntentId, "warning_under_review");
        Assert.Equal(cash, await market.BalanceAsync(held, "cash_pix"));

        // And when nobody tells, asking finds it.
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 10 });
        await MoveAsync(payment, "approved", "accredited");
        market.Clock.Advance(TimeSpan.FromHours(6.1));
        await market.RunJobAsync("poll_pending_payments");

        Assert.Equal("dispute_warning_closed", await market.UntilResolvedAsync(held, Opened));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_is_refused_in_a_mediation_waits_for_its_end_and_is_made_then()
    {
        var booking = await market.BookStayAsync(method: "pix");
        var id = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", booking.Held);
        var payment = new JsonObject { ["provider_payment_id"] = id };
        await MoveAsync(payment, "in_mediation", "pending");
        await market.UntilDisputeAsync(booking.Held.IntentId, "warning_under_review");
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 400, method = "POST", path = "/v1/payments/*/refunds", count = 50 });

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND dispute_id IS NOT NULL AND status <> 'succeeded'", new { booking.ReservationId }) == 1,
            () => $"the refund does not wait\n{market.Complaints}");
        Assert.Null(await market.TroubleAsync(booking.Held, "refund_failed"));

        await market.CalmAsync();
        await MoveAsync(payment, "approved", "accredited");

        await market.UntilDisputeAsync(booking.Held.IntentId, "warning_closed");
        await Marketplace.EventuallyAsync(
            async () => await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 0m, () => $"the refund is not made\n{market.Complaints}");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("settled")]
    [InlineData("in_process")]
    public async Task A_payment_that_was_taken_back_before_anybody_saw_it_books_nothing(string detail)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = (await BeginAsync(held)).Body;
        // Nobody hears of the charge until all of it has happened, and then only by asking.
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = (int?)null });
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 503, method = "GET", path = "/v1/payments/*", count = (int?)null });
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));
        await MoveAsync(payment, "charged_back", detail);
        using var answersAgain = await market.MercadoPago.DeleteAsync("/control/faults");

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                await market.RunJobAsync("poll_pending_payments");
                return await market.StatusAsync(held.IntentId) != "payment_pending";
            },
            () => $"nobody asked\n{market.Complaints}");
        await market.UntilAsync(held.IntentId, detail == "settled" ? "cancelled" : "refund_pending");
        await market.CalmAsync();
        Assert.Equal("none", await market.HostStatusAsync(held.IntentId));
        if (detail == "in_process")
        {
            await MoveAsync(payment, "charged_back", "settled");
            await market.UntilDisputeAsync(held.IntentId, "lost");
            await Marketplace.EventuallyAsync(
                async () =>
                {
                    market.Clock.Advance(TimeSpan.FromMinutes(1));
                    await market.RunJobAsync("expire_intents");
                    return await market.StatusAsync(held.IntentId) == "cancelled";
                },
                () => $"the intent is not closed\n{market.Complaints}");
        }

        Assert.Equal((0m, 0m), (await market.BalanceAsync(held, "guest_prepayment"), await market.BalanceAsync(held, "refund_expense")));
        // Of a loss that was there before anybody heard of it somebody is to hear.
        Assert.Equal(detail == "settled" ? "open" : "resolved", (await market.TroubleAsync(held, Opened))?.Status);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_booking_cancelled_while_its_pix_is_taken_back_is_settled_by_the_loss()
    {
        var booking = await market.BookStayAsync(method: "pix");
        var payment = await market.PaymentAsync(booking.Held);
        await MoveAsync(payment, "charged_back", "in_process");
        await market.UntilDisputeAsync(booking.Held.IntentId, "needs_response");
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        await MoveAsync(payment, "charged_back", "settled");

        await Marketplace.EventuallyAsync(
            async () => await market.BalanceAsync(booking, "guest_prepayment") == 0m && await market.BalanceAsync(booking, "refund_expense") == 0m,
            () => $"the loss settles nothing\n{market.Complaints}");
        await market.ExpectSoundAsync();
    }

    private async Task<(Held Held, JsonNode Payment)> BookedAsync()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = (await BeginAsync(held)).Body;
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));
        await market.UntilAsync(held.IntentId, "confirmed");
        return (held, payment);
    }

    private Task<Answer> BeginAsync(Held held) => market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/pix"));

    private Task BornAsync(string status, string detail, bool withCode) =>
        market.ControlAsync(market.MercadoPago, "/control/pix/behaviour", new { status, status_detail = detail, with_code = withCode });

    private Task MoveAsync(JsonNode payment, string status, string detail) =>
        market.ControlAsync(market.MercadoPago, $"/control/pix/{payment["provider_payment_id"]}/status", new { status, status_detail = detail });
}
