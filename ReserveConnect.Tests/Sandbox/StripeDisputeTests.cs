using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class StripeDisputeTests
{
    [Theory]
    [InlineData("won", false, 2, -5500)]
    [InlineData("won", true, 2, 0)]
    [InlineData("lost", false, 1, -69500)]
    public async Task A_dispute_takes_the_money_with_a_fee_and_gives_it_back_when_it_is_won(string outcome, bool returnFee, int movements, int moved)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var paid = await sandbox.Stripe.PayAsync();

        var opened = await sandbox.Stripe.ControlAsync($"payment_intents/{paid.String("id")}/dispute", new { reason = "product_not_received" });
        var twice = await sandbox.Stripe.JsonAsync($"/control/payment_intents/{paid.String("id")}/dispute", new { });
        var refused = await sandbox.Stripe.FormAsync("/v1/refunds", $"payment_intent={paid.String("id")}", "r");
        var closed = await sandbox.Stripe.ControlAsync($"disputes/{opened.String("id")}/close", new { outcome, return_fee = returnFee });

        Assert.Equal(("needs_response", "product_not_received", 64000), (opened.String("status"), opened.String("reason"), opened.Json.GetProperty("amount").GetInt32()));
        Assert.Equal((409, 400, "charge_disputed"), (twice.Status, refused.Status, refused.ErrorCode()));
        Assert.Equal(outcome, closed.String("status"));
        Assert.Equal(movements, closed.Json.GetProperty("balance_transactions").GetArrayLength());
        Assert.Equal(moved, closed.Json.GetProperty("balance_transactions").EnumerateArray().Sum(b => b.GetProperty("net").GetInt32()));
        Assert.Equal(closed.Text, (await sandbox.Stripe.ReadAsync($"/v1/disputes/{opened.String("id")}")).Text);
        Assert.Single((await sandbox.Stripe.ReadAsync($"/v1/disputes?payment_intent={paid.String("id")}")).Data());
        Assert.True((await sandbox.Stripe.ReadAsync($"/v1/charges/{paid.String("latest_charge")}")).Json.GetProperty("disputed").GetBoolean());
        var told = (await sandbox.Stripe.EventsAsync()).Where(type => type.StartsWith("charge.dispute.", StringComparison.Ordinal));
        string[] expected = outcome == "won"
            ? ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated", "charge.dispute.closed"]
            : ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"];
        Assert.Equal(expected, told);
    }

    [Theory]
    [InlineData("pm_card_createDispute", "needs_response", 1)]
    [InlineData("pm_card_createDisputeProductNotReceived", "needs_response", 1)]
    [InlineData("pm_card_createDisputeInquiry", "warning_needs_response", 0)]
    public async Task The_published_cards_are_disputed_as_soon_as_they_are_paid(string card, string status, int movements)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var paid = await sandbox.Stripe.PayAsync(card, more: "");

        var all = await sandbox.Stripe.ReadAsync("/v1/disputes");
        Assert.True(all.Data().Count() == 1, $"{paid.Text}{all.Text}");
        var dispute = all.Data().Single();

        Assert.Equal("succeeded", paid.String("status"));
        Assert.Equal((status, movements), (dispute.GetProperty("status").GetString(), dispute.GetProperty("balance_transactions").GetArrayLength()));
    }

    [Fact]
    public async Task A_fee_may_come_after_its_charge()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.Stripe.ControlAsync("charges/settle_later", new { count = 1 });
        var paid = await sandbox.Stripe.PayAsync();
        var before = await sandbox.Stripe.ReadAsync($"/v1/charges/{paid.String("latest_charge")}");

        var settled = await sandbox.Stripe.ControlAsync($"payment_intents/{paid.String("id")}/settle", new { });
        var again = await sandbox.Stripe.JsonAsync($"/control/payment_intents/{paid.String("id")}/settle", new { });

        Assert.Equal(System.Text.Json.JsonValueKind.Null, before.Json.GetProperty("balance_transaction").ValueKind);
        Assert.StartsWith("txn_", settled.String("balance_transaction"), StringComparison.Ordinal);
        Assert.Equal(409, again.Status);
        Assert.Contains("charge.updated", await sandbox.Stripe.EventsAsync());
    }
}
