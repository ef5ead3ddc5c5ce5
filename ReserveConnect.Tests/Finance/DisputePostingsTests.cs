using ReserveConnect.Finance;
using Xunit;

namespace ReserveConnect.Tests.Finance;

public sealed class DisputePostingsTests
{
    private static readonly Guid Dispute = Guid.CreateVersion7();
    private static readonly MoneyIn Payment = new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), false, "pi_1", 640.00m, "BRL");

    [Theory]
    [InlineData(55.00, 3)]
    [InlineData(0, 2)]
    public void What_is_taken_is_an_expense_and_leaves_the_account_with_the_fee(decimal fee, int entries)
    {
        var taken = DisputePostings.Withdrawn(Payment, Dispute, fee);

        Assert.Equal(($"dispute:{Dispute}", entries, 0m), (taken.BusinessKey, taken.Entries.Count, taken.Difference));
        taken.EnsureSound();
        Assert.Equal(640.00m, Balance("refund_expense", taken));
        Assert.Equal(fee, Balance("stripe_fees", taken));
        Assert.Equal(-640.00m - fee, Balance("cash_stripe", taken));
    }

    [Theory]
    [InlineData(0, 55.00)]
    [InlineData(55.00, 0)]
    public void What_is_won_comes_back_and_of_the_fee_what_the_provider_returns(decimal returned, decimal lost)
    {
        var (taken, back) = (DisputePostings.Withdrawn(Payment, Dispute, 55.00m), DisputePostings.Reinstated(Payment, Dispute, returned));

        Assert.Equal($"dispute-won:{Dispute}", back.BusinessKey);
        back.EnsureSound();
        Assert.Equal((0m, lost, -lost), (Balance("refund_expense", taken, back), Balance("stripe_fees", taken, back), Balance("cash_stripe", taken, back)));
    }

    private static decimal Balance(string account, params LedgerTransaction[] transactions) =>
        transactions.SelectMany(t => t.Entries).Where(e => e.Account == account).Sum(e => e.Side == Side.Debit ? e.Amount : -e.Amount);
}
