using System.Text.Json;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Tests.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class StripeTransferTests
{
    [Fact]
    public async Task Money_goes_to_a_connected_account_once_and_in_the_words_of_the_contract()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.Stripe.PayAsync();
        var account = await sandbox.Stripe.FormAsync("/v1/accounts", "type=express&country=BR&capabilities[transfers][requested]=true", "a");
        var form = $"amount=50000&currency=brl&destination={account.String("id")}&transfer_group=p1&description=Repasse&metadata[payout_id]=p1";

        var sent = await sandbox.Stripe.FormAsync("/v1/transfers", form, "t");
        var again = await sandbox.Stripe.FormAsync("/v1/transfers", form, "t");

        Assert.Equal((200, sent.Text), (again.Status, again.Text));
        StripeSchema.AssertValid("Account", account.Text);
        StripeSchema.AssertValid("Transfer", sent.Text);
        Assert.Equal(sent.Text, (await sandbox.Stripe.ReadAsync($"/v1/transfers/{sent.String("id")}")).Text);
        Assert.Single((await sandbox.Stripe.ReadAsync("/v1/transfers?transfer_group=p1")).Data());
        Assert.Empty((await sandbox.Stripe.ReadAsync("/v1/transfers?transfer_group=p2")).Data());
        var moved = await sandbox.Stripe.ReadAsync($"/v1/balance_transactions/{sent.String("balance_transaction")}");
        StripeSchema.AssertValid("BalanceTransaction", moved.Text);
        Assert.Equal(("transfer", -50000, sent.String("id")), (moved.String("type"), moved.Json.GetProperty("amount").GetInt32(), moved.String("source")));
        var balance = await sandbox.Stripe.ReadAsync("/v1/balance");
        StripeSchema.AssertValid("Balance", balance.Text);
        Assert.Equal(64000 - 2593 - 50000, Available(balance));
        Assert.Contains("transfer.created", await sandbox.Stripe.EventsAsync());
    }

    [Fact]
    public async Task More_than_there_is_and_whoever_may_not_receive_are_refused_and_the_refusal_stands()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.Stripe.ControlAsync("accounts", new { id = "acct_pousada" });

        var poor = await TransferAsync(sandbox, "acct_pousada", 100, "1");
        await sandbox.Stripe.ControlAsync("balance", new { amount = 100 });
        var stillPoor = await TransferAsync(sandbox, "acct_pousada", 100, "1");
        await sandbox.Stripe.ControlAsync(HttpMethod.Patch, "accounts/acct_pousada", new { transfers = "inactive" });
        var unable = await TransferAsync(sandbox, "acct_pousada", 100, "2");
        var nobody = await TransferAsync(sandbox, "acct_nobody", 100, "3");
        await sandbox.Stripe.ControlAsync(HttpMethod.Patch, "accounts/acct_pousada", new { transfers = "active" });
        await sandbox.Stripe.ControlAsync("transfers/behaviour", new { code = "account_invalid", count = 1 });
        var told = await TransferAsync(sandbox, "acct_pousada", 100, "4");
        var sent = await TransferAsync(sandbox, "acct_pousada", 100, "5");

        Assert.Equal(
            [(400, "balance_insufficient"), (400, "balance_insufficient"), (400, "insufficient_capabilities_for_transfer"), (400, "resource_missing"), (400, "account_invalid")],
            new[] { poor, stillPoor, unable, nobody, told }.Select(answer => (answer.Status, answer.ErrorCode()!)));
        Assert.Equal(200, sent.Status);
        Assert.Equal(0, Available(await sandbox.Stripe.ReadAsync("/v1/balance")));
        Assert.Equal(
            ["topup", "transfer"],
            (await sandbox.Stripe.ReadAsync("/v1/balance_transactions")).Data().Select(b => b.GetProperty("type").GetString()).Order());
    }

    [Fact]
    public async Task What_was_sent_comes_back_in_parts_at_once_or_later()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var sandbox = await RunningSandbox.StartAsync(catcher);
        await sandbox.Stripe.ControlAsync("accounts", new { id = "acct_pousada" });
        await sandbox.Stripe.ControlAsync("balance", new { amount = 1000 });
        var sent = (await TransferAsync(sandbox, "acct_pousada", 1000, "1")).String("id");

        var part = await sandbox.Stripe.FormAsync($"/v1/transfers/{sent}/reversals", "amount=300", "r");
        var tooMuch = await sandbox.Stripe.FormAsync($"/v1/transfers/{sent}/reversals", "amount=701", "s");
        await sandbox.Stripe.ControlAsync($"transfers/{sent}/return", new { after = "3.00:00:00" });
        Assert.Equal(300, Available(await sandbox.Stripe.ReadAsync("/v1/balance")));
        await sandbox.Stripe.ControlAsync(HttpMethod.Put, "clock", new { advance = "3.00:00:01" });
        await catcher.WaitAsync(all => all.Count(caught => caught.Type == "transfer.reversed") == 2);

        var whole = await sandbox.Stripe.ReadAsync($"/v1/transfers/{sent}");
        StripeSchema.AssertValid("TransferReversal", part.Text);
        StripeSchema.AssertValid("Transfer", whole.Text);
        Assert.Equal(400, tooMuch.Status);
        Assert.Equal((1000, true), (whole.Json.GetProperty("amount_reversed").GetInt32(), whole.Json.GetProperty("reversed").GetBoolean()));
        Assert.Equal(1000, Available(await sandbox.Stripe.ReadAsync("/v1/balance")));
        Assert.Equal([700, 300], (await sandbox.Stripe.ReadAsync($"/v1/transfers/{sent}/reversals")).Data().Select(r => r.GetProperty("amount").GetInt32()));
        Assert.Equal(
            [300, 700],
            (await sandbox.Stripe.ReadAsync("/v1/balance_transactions?type=transfer_refund")).Data().Select(b => b.GetProperty("amount").GetInt32()).Order());
        Assert.Equal("transfer_already_reversed", (await sandbox.Stripe.FormAsync($"/v1/transfers/{sent}/reversals", "", "u")).ErrorCode());
    }

    [Fact]
    public async Task Card_money_may_take_its_time_before_it_can_be_sent()
    {
        await using var sandbox = await RunningSandbox.StartAsync(RunningSandbox.Options with
        {
            Stripe = RunningSandbox.Options.Stripe with { AvailableAfter = TimeSpan.FromDays(30) },
        });
        await sandbox.Stripe.ControlAsync("accounts", new { id = "acct_pousada" });
        await sandbox.Stripe.PayAsync();

        var early = await TransferAsync(sandbox, "acct_pousada", 1, "1");
        var before = await sandbox.Stripe.ReadAsync("/v1/balance");
        await sandbox.Stripe.ControlAsync(HttpMethod.Put, "clock", new { advance = "30.00:00:01" });
        var after = await sandbox.Stripe.ReadAsync("/v1/balance");

        Assert.Equal("balance_insufficient", early.ErrorCode());
        Assert.Equal((0, 61407), (Available(before), before.Json.GetProperty("pending")[0].GetProperty("amount").GetInt32()));
        Assert.Equal(61407, Available(after));
    }

    [Fact]
    public async Task Of_many_transfers_at_once_no_more_goes_than_there_is()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.Stripe.ControlAsync("accounts", new { id = "acct_pousada" });
        await sandbox.Stripe.ControlAsync("balance", new { amount = 700 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TransferAsync(sandbox, "acct_pousada", 100, $"{i}")));

        Assert.Equal(7, answers.Count(answer => answer.Status == 200));
    }

    [Fact]
    public async Task Balance_transfers_and_what_is_to_come_back_survive_a_restart()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        string sent, kept;
        await using (var first = await RunningSandbox.StartAsync(options))
        {
            await first.Stripe.ControlAsync("accounts", new { id = "acct_pousada" });
            await first.Stripe.ControlAsync("balance", new { amount = 1000 });
            sent = (await TransferAsync(first, "acct_pousada", 400, "1")).Text;
            kept = (await TransferAsync(first, "acct_pousada", 100, "2")).String("id");
            await first.Stripe.ControlAsync($"transfers/{kept}/return", new { after = "1.00:00:00" });
        }

        await using var second = await RunningSandbox.StartAsync(options);
        Assert.Equal(sent, (await TransferAsync(second, "acct_pousada", 400, "1")).Text);
        Assert.Equal(500, Available(await second.Stripe.ReadAsync("/v1/balance")));
        await second.Stripe.ControlAsync(HttpMethod.Put, "clock", new { advance = "1.00:00:01" });
        await Marketplace.EventuallyAsync(async () => Available(await second.Stripe.ReadAsync("/v1/balance")) == 600, () => "the transfer did not come back");
    }

    private static Task<Answer> TransferAsync(RunningSandbox sandbox, string account, int amount, string key) =>
        sandbox.Stripe.FormAsync("/v1/transfers", $"amount={amount}&currency=brl&destination={account}", key);

    private static int Available(Answer balance) =>
        balance.Json.GetProperty("available").EnumerateArray().Single(entry => entry.GetProperty("currency").GetString() == "brl") is JsonElement brl
            ? brl.GetProperty("amount").GetInt32()
            : 0;
}
