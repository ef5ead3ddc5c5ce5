using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

/// <summary>What moved the balance, as the gateway lists it, against the sandbox's Stripe over HTTP.</summary>
public class StripeTransactionTests : ProviderTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Every_movement_is_listed_once_with_what_it_is_of_its_amount_and_its_fee()
    {
        await using var sandbox = await StartSandboxAsync();
        var stripe = sandbox.Clients.Stripe;
        var payment = (await stripe.CreatePaymentIntent(new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1000m, "BRL", false, "Stay", null), "open", Ct)).ValueOrNull!;
        await sandbox.Confirm(payment.Id, payment.ClientSecret!, "pm_card_visa");
        var charge = (await stripe.GetPaymentIntent(payment.Id, Ct)).ValueOrNull!;
        var refund = (await stripe.CreateRefund(new(Guid.CreateVersion7(), payment.Id, 100m, "BRL"), "refund", Ct)).ValueOrNull!;
        await sandbox.Control(sandbox.Servers.Stripe, $"refunds/{refund.Id}/take_back", new { });
        await sandbox.Control(sandbox.Servers.Stripe, $"payment_intents/{payment.Id}/dispute", new { amount = 5000 });
        await sandbox.Control(sandbox.Servers.Stripe, "accounts", new { id = "acct_1" });
        var transfer = (await stripe.CreateTransfer(new(Guid.CreateVersion7(), "acct_1", 200m, "BRL", "Payout"), "send", Ct)).ValueOrNull!;
        await sandbox.Control(sandbox.Servers.Stripe, $"transfers/{transfer.Id}/return", new { amount = 50 });

        var all = await AllAsync(stripe, type: null);
        List<ProviderTransaction> detailed = [];
        foreach (var type in StripeTransactions.Detailed)
        {
            detailed.AddRange(await AllAsync(stripe, type));
        }

        Assert.Equal(
            [
                ("payment", charge.ChargeId!, 1000m, charge.Fee!.Value),
                ("payout", transfer.Id, -200m, 0m),
            ],
            all.ExceptBy(detailed.Select(one => one.Id), one => one.Id).Select(one => (one.Movement, one.Reference, one.Amount, one.Fee)).Order());
        Assert.Equal(
            [
                ("dispute", payment.Id, -50m, 55m),
                ("payout", transfer.Id, 0.50m, 0m),
                ("refund", payment.Id, -100m, 0m),
                ("refund", payment.Id, 100m, 0m),
            ],
            detailed.Select(one => (one.Movement, one.Reference, one.Amount, one.Fee)).Order());
        Assert.Equal(all.Count, all.DistinctBy(one => one.Id).Count());
        Assert.Equal((await stripe.GetBalance(Ct)).ValueOrNull!.Total, all.Sum(one => one.Amount - one.Fee));
    }

    [Fact]
    public async Task Only_what_was_made_between_two_instants_is_listed()
    {
        await using var sandbox = await StartSandboxAsync();
        await sandbox.Control(sandbox.Servers.Stripe, "balance", new { amount = 100 });
        var now = TimeProvider.System.GetUtcNow();

        Assert.Empty((await sandbox.Clients.Stripe.ListTransactions(new(now.AddHours(-2), now.AddHours(-1), null, null, 10), Ct)).ValueOrNull!.Items);
        Assert.Empty((await sandbox.Clients.Stripe.ListTransactions(new(now.AddHours(1), now.AddHours(2), null, null, 10), Ct)).ValueOrNull!.Items);
        var one = Assert.Single((await sandbox.Clients.Stripe.ListTransactions(new(now.AddHours(-1), now.AddHours(1), null, null, 10), Ct)).ValueOrNull!.Items);
        Assert.Equal(("topup", "topup", 1m), (one.Type, one.Movement, one.Amount));
    }

    [Theory]
    [InlineData("lose", 0, 0)]
    [InlineData("double", 2, 200)]
    [InlineData("alter", 1, 101)]
    [InlineData("delay", 0, 0)]
    public async Task A_list_can_be_falsified_and_the_balance_is_not(string fault, int listed, int cents)
    {
        await using var sandbox = await StartSandboxAsync();
        await sandbox.Control(sandbox.Servers.Stripe, "transactions/behaviour", new { fault });
        await sandbox.Control(sandbox.Servers.Stripe, "balance", new { amount = 100 });

        var all = await AllAsync(sandbox.Clients.Stripe, type: null);

        Assert.Equal((listed, cents), (all.Count, (int)(all.Sum(one => one.Amount) * 100)));
        Assert.Equal(all.Count, all.DistinctBy(one => one.Id).Count());
        Assert.Equal(1m, (await sandbox.Clients.Stripe.GetBalance(Ct)).ValueOrNull!.Total);
    }

    private static async Task<List<ProviderTransaction>> AllAsync(IStripeGateway stripe, string? type)
    {
        var now = TimeProvider.System.GetUtcNow();
        List<ProviderTransaction> all = [];
        for (string? after = null; ;)
        {
            var page = (await stripe.ListTransactions(new(now.AddHours(-1), now.AddHours(1), type, after, 2), Ct)).ValueOrNull!;
            all.AddRange(page.Items);
            if (page.Next is null)
                return all;
            after = page.Next;
        }
    }
}
