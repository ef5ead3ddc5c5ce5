using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class StripeRefundTests
{
    [Fact]
    public async Task Money_goes_back_in_parts_and_never_more_than_came()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var paid = await sandbox.Stripe.PayAsync();
        var id = paid.String("id");

        var part = await RefundAsync(sandbox, $"payment_intent={id}&amount=20000&reason=requested_by_customer&metadata[r]=1", "1");
        var repeated = await RefundAsync(sandbox, $"payment_intent={id}&amount=20000&reason=requested_by_customer&metadata[r]=1", "1");
        var tooMuch = await RefundAsync(sandbox, $"payment_intent={id}&amount=44001", "2");
        var rest = await RefundAsync(sandbox, $"charge={paid.String("latest_charge")}", "3");
        var nothingLeft = await RefundAsync(sandbox, $"payment_intent={id}", "4");
        var charge = await sandbox.Stripe.ReadAsync($"/v1/charges/{paid.String("latest_charge")}?expand[]=refunds");

        Assert.Equal([200, 200, 400, 200, 400], new[] { part, repeated, tooMuch, rest, nothingLeft }.Select(a => a.Status));
        Assert.Equal(part.Text, repeated.Text);
        StripeSchema.AssertValid("Refund", part.Text);
        StripeSchema.AssertValid("Charge", charge.Text);
        Assert.Equal((20000, 44000), (part.Json.GetProperty("amount").GetInt32(), rest.Json.GetProperty("amount").GetInt32()));
        Assert.Equal("charge_already_refunded", nothingLeft.ErrorCode());
        Assert.Equal("amount", tooMuch.Error().GetProperty("param").GetString());
        Assert.Equal((64000, true), (charge.Json.GetProperty("amount_refunded").GetInt32(), charge.Json.GetProperty("refunded").GetBoolean()));
        Assert.Equal(2, charge.Json.GetProperty("refunds").GetProperty("data").GetArrayLength());
        Assert.Equal(part.Text, (await sandbox.Stripe.ReadAsync($"/v1/refunds/{part.String("id")}")).Text);
        Assert.Equal(2, (await sandbox.Stripe.ReadAsync($"/v1/refunds?payment_intent={id}")).Data().Count());
    }

    [Fact]
    public async Task Stripe_keeps_its_fee()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.PayAsync()).String("id");
        var refund = await RefundAsync(sandbox, $"payment_intent={id}&expand[]=balance_transaction", "1");
        var moved = refund.Json.GetProperty("balance_transaction");

        Assert.Equal(("refund", -64000, 0, -64000), (moved.GetProperty("type").GetString(), moved.GetProperty("amount").GetInt32(), moved.GetProperty("fee").GetInt32(), moved.GetProperty("net").GetInt32()));
        var all = (await sandbox.Stripe.ReadAsync("/v1/balance_transactions")).Data().ToArray();
        Assert.Equal(-2593, all.Sum(b => b.GetProperty("net").GetInt32()));
    }

    [Theory]
    [InlineData("succeeded", "succeeded", 0, "refund.updated")]
    [InlineData("failed", "failed", 64000, "refund.failed")]
    public async Task A_refund_may_take_its_time_and_may_fail(string outcome, string status, int refundable, string told)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.PayAsync()).String("id");
        await sandbox.Stripe.ControlAsync("refunds/behaviour", new { outcome = "pending" });

        var refund = await RefundAsync(sandbox, $"payment_intent={id}", "1");
        await sandbox.Stripe.ControlAsync($"refunds/{refund.String("id")}/settle", new { outcome });
        var settled = await sandbox.Stripe.ReadAsync($"/v1/refunds/{refund.String("id")}");
        var again = await sandbox.Stripe.CallAsync(HttpMethod.Post, $"/control/refunds/{refund.String("id")}/settle", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));

        StripeSchema.AssertValid("Refund", refund.Text);
        StripeSchema.AssertValid("Refund", settled.Text);
        Assert.Equal(("pending", status), (refund.String("status"), settled.String("status")));
        Assert.Equal(409, again.Status);
        Assert.Contains(told, await sandbox.Stripe.EventsAsync());
        Assert.Equal(refundable > 0 ? 200 : 400, (await RefundAsync(sandbox, $"payment_intent={id}", "2")).Status);
    }

    [Fact]
    public async Task A_refund_that_fails_at_once_gives_the_money_back_to_the_balance()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.PayAsync()).String("id");
        await sandbox.Stripe.ControlAsync("refunds/behaviour", new { outcome = "failed", count = 2 });

        var refunds = new[] { await RefundAsync(sandbox, $"payment_intent={id}", "1"), await RefundAsync(sandbox, $"payment_intent={id}", "2"), await RefundAsync(sandbox, $"payment_intent={id}", "3") };

        Assert.Equal(["failed", "failed", "succeeded"], refunds.Select(r => r.String("status")));
        Assert.All(refunds, refund => StripeSchema.AssertValid("Refund", refund.Text));
        Assert.Equal(
            ["charge", "refund", "refund", "refund", "refund_failure", "refund_failure"],
            (await sandbox.Stripe.ReadAsync("/v1/balance_transactions")).Data().Select(b => b.GetProperty("type").GetString()).Order());
    }

    [Fact]
    public async Task Of_many_refunds_at_once_no_more_goes_back_than_came()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.PayAsync()).String("id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => RefundAsync(sandbox, $"payment_intent={id}&amount=20000", $"{i}")));

        Assert.Equal(3, answers.Count(answer => answer.Status == 200));
        Assert.Equal(17, answers.Count(answer => answer.Status == 400));
    }

    [Fact]
    public async Task What_was_not_paid_cannot_go_back()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var open = (await sandbox.Stripe.IntentAsync()).String("id");

        Assert.Equal(400, (await RefundAsync(sandbox, $"payment_intent={open}", "1")).Status);
        Assert.Equal(404, (await RefundAsync(sandbox, "payment_intent=pi_unknown", "2")).Status);
        Assert.Equal(404, (await RefundAsync(sandbox, "charge=ch_unknown", "3")).Status);
        Assert.Equal("parameter_missing", (await RefundAsync(sandbox, "amount=1", "4")).ErrorCode());
        Assert.Equal("parameter_unknown", (await RefundAsync(sandbox, $"payment_intent={open}&colour=blue", "5")).ErrorCode());
    }

    [Fact]
    public async Task The_amount_of_an_intent_can_be_falsified_for_a_test()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.IntentAsync()).String("id");
        await sandbox.Stripe.ControlAsync(HttpMethod.Patch, $"payment_intents/{id}", new { amount = 100 });

        var paid = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", "payment_method=pm_card_visa");

        Assert.Equal(100, paid.Json.GetProperty("amount_received").GetInt32());
    }

    private static Task<Answer> RefundAsync(RunningSandbox sandbox, string form, string key) => sandbox.Stripe.FormAsync("/v1/refunds", form, key);
}
