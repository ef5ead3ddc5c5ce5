using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

/// <summary>Money out by the gateway, against the sandbox's Stripe over HTTP.</summary>
public class StripeTransferTests : ProviderTests
{
    private const string Pousada = "acct_pousada";
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Money_is_sent_to_a_property_found_again_and_seen_to_come_back()
    {
        await using var sandbox = await RichAsync(1000_00);
        var stripe = sandbox.Clients.Stripe;
        var order = Order(250.50m);

        var sent = (await stripe.CreateTransfer(order, "send-1", Ct)).ValueOrNull!;
        Assert.Equal((250.50m, 0m, "BRL", Pousada, false), (sent.Amount, sent.AmountReversed, sent.Currency, sent.Destination, sent.IsReversed));
        Assert.Equal(order.PayoutId.ToString(), sent.Metadata["payout_id"]);
        Assert.Equal(sent.Id, (await stripe.CreateTransfer(order, "send-1", Ct)).ValueOrNull!.Id);
        Assert.Equal([sent.Id], (await stripe.ListTransfers(order.PayoutId, Ct)).ValueOrNull!.Select(transfer => transfer.Id));
        Assert.Empty((await stripe.ListTransfers(Guid.CreateVersion7(), Ct)).ValueOrNull!);
        Assert.Equal(new ProviderBalance(749.50m, 0m), (await stripe.GetBalance(Ct)).ValueOrNull);
        var told = await sandbox.Webhook(seen => seen.Path == "/stripe" && seen.Text.Contains("transfer.created", StringComparison.Ordinal));
        Assert.Contains(sent.Id, told.Text, StringComparison.Ordinal);

        await sandbox.Control(sandbox.Servers.Stripe, $"transfers/{sent.Id}/return", new { amount = 50 });
        var part = (await stripe.GetTransfer(sent.Id, Ct)).ValueOrNull!;
        Assert.Equal((0.50m, false), (part.AmountReversed, part.IsReversed));
        await sandbox.Control(sandbox.Servers.Stripe, $"transfers/{sent.Id}/return", new { });
        Assert.True((await stripe.GetTransfer(sent.Id, Ct)).ValueOrNull!.IsReversed);
        Assert.Equal(1000m, (await stripe.GetBalance(Ct)).ValueOrNull!.Total);
    }

    [Fact]
    public async Task A_transfer_that_cannot_be_made_says_why_and_moves_nothing()
    {
        await using var sandbox = await RichAsync(10_00);
        var stripe = sandbox.Clients.Stripe;

        Assert.Equal("balance_insufficient", Refusal(await stripe.CreateTransfer(Order(10.01m), "1", Ct)));
        await sandbox.Control(sandbox.Servers.Stripe, "accounts", new { id = Pousada, transfers = "inactive" });
        Assert.Equal("insufficient_capabilities_for_transfer", Refusal(await stripe.CreateTransfer(Order(1m), "2", Ct)));
        Assert.Equal("resource_missing", Refusal(await stripe.CreateTransfer(Order(1m) with { Destination = "acct_nobody" }, "3", Ct)));
        Assert.Equal("resource_missing", Refusal(await stripe.GetTransfer("tr_nothing", Ct)));
        Assert.Equal(10m, (await stripe.GetBalance(Ct)).ValueOrNull!.Available);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stripe.CreateTransfer(Order(0m), "4", Ct));
    }

    /// <summary>The work is done and the answer lost: the retry under the same key finds it done, once.</summary>
    [Theory]
    [InlineData("cut_after_work")]
    [InlineData("cut_before_work")]
    [InlineData("status")]
    [InlineData("rate_limit")]
    public async Task A_transfer_whose_answer_is_lost_is_made_once(string fault)
    {
        await using var sandbox = await RichAsync(100_00, ("Reserve:Stripe:RetryMaxDelay", "00:00:02"));
        var order = Order(100m);
        await sandbox.Control(sandbox.Servers.Stripe, "faults", new { kind = fault, method = "POST", path = "/v1/transfers", count = 1 });

        Assert.Equal(100m, (await sandbox.Clients.Stripe.CreateTransfer(order, "send", Ct)).ValueOrNull?.Amount);
        Assert.Single((await sandbox.Clients.Stripe.ListTransfers(order.PayoutId, Ct)).ValueOrNull!);
        Assert.Equal(0m, (await sandbox.Clients.Stripe.GetBalance(Ct)).ValueOrNull!.Available);
    }

    [Fact]
    public async Task A_time_out_after_the_transfer_is_unknown_and_the_payouts_group_tells()
    {
        await using var sandbox = await RichAsync(100_00, ("Reserve:Stripe:Retries", "0"), ("Reserve:Stripe:CallTimeout", "00:00:02"));
        var order = Order(100m);
        await sandbox.Control(sandbox.Servers.Stripe, "faults", new { kind = "time_out_after_work", method = "POST", path = "/v1/transfers", count = 1 });

        Assert.IsType<ProviderAnswer<CardTransfer>.Unknown>(await sandbox.Clients.Stripe.CreateTransfer(order, "send", Ct));
        Assert.Equal(100m, Assert.Single((await sandbox.Clients.Stripe.ListTransfers(order.PayoutId, Ct)).ValueOrNull!).Amount);
    }

    [Fact]
    public async Task More_transfers_than_may_be_read_are_not_taken_for_all()
    {
        await using var sandbox = await RichAsync(10_00, ("Reserve:Stripe:TransferPageSize", "1"), ("Reserve:Stripe:TransferPages", "2"));
        var order = Order(1m);
        for (var sent = 0; sent < 2; sent++)
            await sandbox.Clients.Stripe.CreateTransfer(order, $"send-{sent}", Ct);
        Assert.Equal(2, (await sandbox.Clients.Stripe.ListTransfers(order.PayoutId, Ct)).ValueOrNull!.Count);

        await sandbox.Clients.Stripe.CreateTransfer(order, "send-3", Ct);
        Assert.IsType<ProviderAnswer<IReadOnlyList<CardTransfer>>.Unknown>(await sandbox.Clients.Stripe.ListTransfers(order.PayoutId, Ct));
    }

    private static CreateCardTransfer Order(decimal amount) => new(Guid.CreateVersion7(), Pousada, amount, "BRL", "Payout");

    private static string? Refusal<T>(ProviderAnswer<T> answer) => (answer as ProviderAnswer<T>.Refused)?.Code;

    private async Task<SandboxStack> RichAsync(long cents, params (string Key, string Value)[] settings)
    {
        var sandbox = await StartSandboxAsync(settings);
        await sandbox.Control(sandbox.Servers.Stripe, "accounts", new { id = Pousada });
        await sandbox.Control(sandbox.Servers.Stripe, "balance", new { amount = cents });
        return sandbox;
    }
}
