using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class DisputeTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const string Opened = "dispute_opened";
    private const decimal Fee = 55.00m;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("won", false, 0, 55)]
    [InlineData("won", true, 0, 0)]
    [InlineData("lost", false, 1, 55)]
    public async Task What_a_dispute_takes_is_in_the_books_and_comes_back_when_it_is_won(string outcome, bool returnFee, int share, decimal fee)
    {
        var held = await BookedAsync();
        var (cash, fees) = (await market.BalanceAsync(held, "cash_stripe"), await market.BalanceAsync(held, "stripe_fees"));

        var dispute = await DisputeAsync(held, new { reason = "product_not_received" });
        await UntilAsync(dispute, "needs_response");
        await Marketplace.EventuallyAsync(async () => await market.BalanceAsync(held, "refund_expense") == held.Total, () => $"nothing was taken\n{market.Complaints}");
        Assert.Equal((cash - held.Total - Fee, fees + Fee), (await market.BalanceAsync(held, "cash_stripe"), await market.BalanceAsync(held, "stripe_fees")));
        var trouble = await market.TroubleAsync(held, Opened);
        Assert.Equal(("critical", "open"), (trouble!.Severity, trouble.Status));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(dispute["evidence_details"]!["due_by"]!.GetValue<long>()), trouble.DueAt);
        await market.ExpectSoundAsync();

        await market.ControlAsync(market.Stripe, $"/control/disputes/{dispute["id"]}/close", new { outcome, return_fee = returnFee });

        await UntilAsync(dispute, outcome);
        Assert.Equal($"dispute_{outcome}", await market.UntilResolvedAsync(held, Opened));
        await market.ExpectSoundAsync();
        Assert.Equal(held.Total * share, await market.BalanceAsync(held, "refund_expense"));
        Assert.Equal(fees + fee, await market.BalanceAsync(held, "stripe_fees"));
        Assert.Equal(cash - (held.Total * share) - fee, await market.BalanceAsync(held, "cash_stripe"));
        Assert.Equal("confirmed", await market.StatusAsync(held.IntentId));
    }

    [Fact]
    public async Task A_dispute_of_a_part_takes_a_part()
    {
        var held = await BookedAsync();

        await UntilAsync(await DisputeAsync(held, new { amount = 5000 }), "needs_response");

        await market.ExpectSoundAsync();
        Assert.Equal(50.00m, await market.BalanceAsync(held, "refund_expense"));
    }

    [Fact]
    public async Task A_bank_that_only_asks_takes_nothing_and_one_that_then_takes_it_is_trouble_of_its_own()
    {
        var held = await BookedAsync();
        var dispute = await DisputeAsync(held, new { inquiry = true });
        await UntilAsync(dispute, "warning_needs_response");
        Assert.Equal("open", (await market.TroubleAsync(held, Opened))?.Status);
        Assert.Equal(0m, await market.BalanceAsync(held, "refund_expense"));

        await market.ControlAsync(market.Stripe, $"/control/disputes/{dispute["id"]}/escalate", new { });

        await UntilAsync(dispute, "needs_response");
        await market.ExpectSoundAsync();
        Assert.Equal(held.Total, await market.BalanceAsync(held, "refund_expense"));
        Assert.Equal("open", (await market.TroubleAsync(held, Opened))?.Status);
    }

    [Fact]
    public async Task An_inquiry_that_comes_to_nothing_closes_itself()
    {
        var held = await BookedAsync();
        var dispute = await DisputeAsync(held, new { inquiry = true });
        await UntilAsync(dispute, "warning_needs_response");

        await market.ControlAsync(market.Stripe, $"/control/disputes/{dispute["id"]}/close", new { outcome = "won" });

        Assert.Equal("dispute_warning_closed", await market.UntilResolvedAsync(held, Opened));
        await market.ExpectSoundAsync();
        Assert.Equal(0m, await market.BalanceAsync(held, "refund_expense"));
    }

    [Fact]
    public async Task A_card_that_is_disputed_as_soon_as_it_is_paid_is_booked_and_disputed()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card"), "4000000000000259");

        await market.UntilAsync(held.IntentId, "confirmed");
        await Marketplace.EventuallyAsync(async () => await market.BalanceAsync(held, "refund_expense") == held.Total, () => $"no dispute\n{market.Complaints}");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("double")]
    [InlineData("reorder")]
    [InlineData("hold")]
    public async Task Webhooks_in_any_order_and_any_number_of_times_come_to_the_same(string action)
    {
        var held = await BookedAsync();
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action, type = "charge.dispute.*", count = 10, delay_ms = 50 });

        var dispute = await DisputeAsync(held, new { reason = "fraudulent" });
        await market.ControlAsync(market.Stripe, $"/control/disputes/{dispute["id"]}/close", new { outcome = "won" });
        if (action == "hold")
        {
            await market.ControlAsync(market.Stripe, "/control/webhooks/flush", new { });
        }

        await UntilAsync(dispute, "won");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(DISTINCT provider_event_id) FROM reserve.webhook_events WHERE object_id = @id AND event_type LIKE 'charge.dispute.%'", new { id = $"{dispute["payment_intent"]}" }) == 4,
            () => "the webhooks have not all come");
        await market.ExpectSoundAsync();
        Assert.Equal("dispute_won", await market.UntilResolvedAsync(held, Opened));
        Assert.Equal(0m, await market.BalanceAsync(held, "refund_expense"));
        Assert.Equal(2, await market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions WHERE booking_intent_id = @IntentId AND transaction_type LIKE 'dispute%'", new { held.IntentId }));
    }

    [Fact]
    public async Task An_outcome_that_nobody_told_of_is_found_by_asking()
    {
        var held = await BookedAsync();
        var dispute = await DisputeAsync(held, new { reason = "fraudulent" });
        await UntilAsync(dispute, "needs_response");
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        await market.ControlAsync(market.Stripe, $"/control/disputes/{dispute["id"]}/close", new { outcome = "lost" });

        market.Clock.Advance(TimeSpan.FromHours(6.1));
        await market.RunJobAsync("poll_pending_payments");

        Assert.Equal("dispute_lost", await market.UntilResolvedAsync(held, Opened));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("needs_response", "under_review", false, true)]
    [InlineData("under_review", "needs_response", false, false)]
    [InlineData("won", "needs_response", false, false)]
    [InlineData("won", "needs_response", true, false)]
    [InlineData("lost", "under_review", false, false)]
    [InlineData("lost", "won", false, true)]
    [InlineData("lost", "won", true, true)]
    [InlineData("warning_closed", "needs_response", false, false)]
    [InlineData("warning_closed", "needs_response", true, true)]
    [InlineData("needs_response", "needs_response", true, false)]
    public void What_is_old_moves_nothing(string from, string to, bool hasNewMoney, bool goesOn) =>
        Assert.Equal(goesOn, DisputeStatus.GoesOn(from, to, hasNewMoney));

    private async Task<Held> BookedAsync()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        return held;
    }

    private async Task<JsonNode> DisputeAsync(Held held, object order)
    {
        var payment = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { held.IntentId });
        using var response = await market.Stripe.PostAsJsonAsync($"/control/payment_intents/{payment}/dispute", order);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private async Task UntilAsync(JsonNode dispute, string status)
    {
        string? now = null;
        await Marketplace.EventuallyAsync(
            async () =>
            {
                await using var connection = await market.OpenAsync();
                now = await connection.ExecuteScalarAsync<string?>("SELECT status FROM reserve.disputes WHERE provider_dispute_id = @id", new { id = $"{dispute["id"]}" });
                return now == status;
            },
            () => $"the dispute is {now}, not {status}\n{market.Complaints}");
    }
}
