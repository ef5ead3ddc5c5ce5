using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Finance;
using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

public sealed class ModificationPriceTests
{
    private static readonly CommissionRule Rule = new(Guid.CreateVersion7(), "percentage", 15m, null, [], 50m, null);

    [Theory]
    [InlineData(1000, 1300, 50, 300, 0, 0)]
    [InlineData(1000, 1000, 50, 0, 0, 0)]
    [InlineData(1000, 700, 100, 0, 300, 0)]
    [InlineData(1000, 700, 50, 0, 150, 150)]
    [InlineData(1000, 700, 0, 0, 0, 300)]
    // Half a cent goes to the even one.
    [InlineData(100.05, 100.00, 50, 0, 0.02, 0.03)]
    public void Dearer_is_paid_and_cheaper_goes_back_as_the_policy_gives(
        decimal before, decimal after, decimal percent, decimal due, decimal refund, decimal kept)
    {
        var price = ModificationPrice.Of(before, after, percent, new(10_000m, before));
        Assert.Equal((due, refund, kept), (price.AmountDue, price.Refund, price.Kept));
    }

    [Fact]
    public void No_more_goes_back_than_is_left()
    {
        var gifted = ModificationPrice.Of(1000m, 700m, 100m, new(80m, 1000m));
        Assert.Equal((80m, 0m, 220m), (gifted.Refund, gifted.Kept, gifted.GivenBefore));
        var within = ModificationPrice.Of(1000m, 700m, 50m, new(1000m, 1000m)).Within(new(100m, 1000m));
        Assert.Equal((100m, 150m, 50m), (within.Refund, within.Kept, within.GivenBefore));
        // The property has given 900 of 1000 back: of 200 that are given up, 100 are still there.
        var reversed = ModificationPrice.Of(1000m, 800m, 50m, new(100m, 100m));
        Assert.Equal((50m, 50m, 100m), (reversed.Refund, reversed.Kept, reversed.GivenBefore));
    }

    [Theory]
    // Late, nothing goes back of 1000; what is paid for two weeks more does.
    [InlineData(1000, 3000, 0, 66.666667)]
    [InlineData(1000, 3000, 50, 83.333333)]
    [InlineData(1000, 1000, 50, 50)]
    [InlineData(1000, 300, 50, 50)]
    [InlineData(1000, 3000, 100, 100)]
    public void The_ceiling_is_on_what_was_paid_before_and_not_on_what_is_paid_now(decimal before, decimal after, decimal percent, decimal ceiling) =>
        Assert.Equal(ceiling, ModificationPrice.Of(before, after, percent, new(before, before)).RefundCeilingPercent);

    [Property(MaxTest = 500)]
    public Property The_parts_are_the_difference() => Prop.ForAll(
        Gen.Choose(1, 1_000_000).Three().ToArbitrary(),
        Gen.Choose(0, 10_000).ToArbitrary(),
        (amounts, percent) =>
        {
            var price = ModificationPrice.Of(
                amounts.Item1 / 100m, amounts.Item2 / 100m, percent / 100m, new(amounts.Item3 / 100m, Math.Min(amounts.Item1, amounts.Item3) / 100m));
            return price.AmountDue - price.Refund - price.Kept - price.GivenBefore == price.Difference
                && price is { AmountDue: >= 0, Refund: >= 0, Kept: >= 0, GivenBefore: >= 0, RefundCeilingPercent: >= 0 and <= 100 }
                && price.RefundCeilingPercent >= price.RefundPercentage
                && price.Refund <= amounts.Item3 / 100m
                && (price.AmountDue == 0 || (price.Refund == 0 && price.Kept == 0 && price.GivenBefore == 0));
        });

    [Property(MaxTest = 500)]
    public Property The_books_balance_whatever_is_moved_and_kept() => Prop.ForAll(
        Gen.Choose(1, 500_000).Four().Two().ToArbitrary(),
        Gen.Choose(0, 100).ToArbitrary(),
        (bills, percent) =>
        {
            var (before, after) = (Money(bills.Item1), Money(bills.Item2));
            var price = ModificationPrice.Of(before.Total, after.Total, percent, new(before.Total, before.Total));
            var money = Moved(before, after, before.ServiceTaxAt(5m), price.Kept);
            var transactions = Transactions(money);
            foreach (var transaction in transactions)
            {
                transaction.EnsureSound();
            }

            // What the guest paid more, or has coming back, is all that is left of it with us.
            return (money.Kept?.Amount ?? 0) == price.Kept
                && Balance(transactions, Postings.GuestPrepayment) == price.Refund - price.AmountDue
                && Balance(transactions, Postings.PropertyPayable) == after.NetToProperty - before.NetToProperty + (money.Kept?.ToProperty ?? 0)
                && Balance(transactions, Postings.CommissionIncome) == after.Commission - before.Commission;
        });

    [Property(MaxTest = 500)]
    public Property Nobody_is_left_with_less_than_nothing_whatever_was_given_back_before() => Prop.ForAll(
        Gen.Choose(1, 500_000).Four().Two().ToArbitrary(),
        Gen.Choose(0, 100).Two().ToArbitrary(),
        (bills, percents) =>
        {
            var (before, after) = (Money(bills.Item1), Money(bills.Item2));
            var posted = before.ServiceTaxAt(5m);
            var gift = decimal.Round(before.Total * percents.Item1 / 100m, 2, MidpointRounding.ToEven);
            var reversed = gift == 0 ? null : ReversedMoney.Of(before, posted, gift);
            var standing = new StandingMoney(
                before with
                {
                    BaseLessDiscount = before.NetToProperty + before.Commission - (reversed?.ToProperty ?? 0) - (reversed?.Commission ?? 0),
                    CleaningFee = 0,
                    ServiceFee = before.ServiceFee - (reversed?.ServiceFee ?? 0),
                    BookingTax = before.BookingTax - (reversed?.BookingTax ?? 0),
                    Commission = before.Commission - (reversed?.Commission ?? 0),
                },
                posted - (reversed?.ServiceTax ?? 0));
            var price = ModificationPrice.Of(before.Total, after.Total, percents.Item2, new(before.Total - gift, standing.Booking.Total));
            var money = Moved(before, after, posted, price.Kept, standing);
            var transactions = Transactions(money);
            foreach (var transaction in transactions)
            {
                transaction.EnsureSound();
            }

            var shares = transactions.Where(t => t.Type != "modification_fee").ToList();
            return (money.Restored?.Amount ?? 0) == price.GivenBefore
                && standing.Booking.NetToProperty + Balance(shares, Postings.PropertyPayable) >= 0
                && standing.Booking.Commission + Balance(shares, Postings.CommissionIncome) >= 0
                && standing.Booking.ServiceFee + Balance(shares, Postings.ServiceFeeIncome) >= 0
                && standing.ServiceTax - Balance(shares, Postings.TaxExpense) >= 0
                && Balance(transactions, Postings.GuestPrepayment) == price.Refund - price.AmountDue;
        });

    [Property(MaxTest = 500)]
    public Property There_and_back_moves_nothing_when_all_goes_back() => Prop.ForAll(
        Gen.Choose(1, 500_000).Four().Two().ToArbitrary(),
        bills =>
        {
            var (here, there) = (Money(bills.Item1), Money(bills.Item2));
            var tax = here.ServiceTaxAt(5m);
            var outward = Moved(here, there, tax, kept: 0);
            var back = Moved(there, here, outward.ServiceTax, kept: 0);
            var all = Transactions(outward).Concat(Transactions(back)).ToList();
            return back.ServiceTax == tax
                && all.SelectMany(t => t.Entries).Select(e => e.Account).Distinct().All(account => Balance(all, account) == 0);
        });

    [Theory]
    [InlineData(1, 5, 3, 7, true, 3, 5)]
    [InlineData(1, 5, 2, 4, true, 2, 4)]
    [InlineData(1, 3, 3, 5, true, 0, 0)]
    [InlineData(1, 5, 1, 5, false, 0, 0)]
    public void Kept_are_the_nights_of_both_stays_in_one_unit(int from, int to, int newFrom, int newTo, bool sameUnit, int keptFrom, int keptTo)
    {
        var unit = Guid.CreateVersion7();
        var kept = KeptNights.Of(unit, Day(from), Day(to), new StayRequest(sameUnit ? unit : Guid.CreateVersion7(), Day(newFrom), Day(newTo), 1, 0));
        Assert.Equal(keptTo == 0 ? null : new KeptNights(Day(keptFrom), Day(keptTo)), kept);
    }

    private static DateOnly Day(int day) => new(2030, 1, day);

    private static ModifiedMoney Moved(ConfirmedMoney before, ConfirmedMoney after, decimal posted, decimal kept, StandingMoney? standing = null) =>
        ModifiedMoney.Of(before, after, Commission.For(Rule, after.BaseLessDiscount, 0), standing ?? new(before, posted), (posted, 5m), kept);

    private static List<LedgerTransaction> Transactions(ModifiedMoney money)
    {
        var id = Guid.CreateVersion7();
        List<LedgerTransaction?> all =
        [
            Postings.PriceChanged(id, money.Before, money.After, money.ServiceTaxMore),
            money.Kept is null ? null : Postings.ModificationFeeKept(id, money.After, money.Kept),
            money.Restored is null ? null : Postings.SharesRestored(id, money.After, money.Restored),
        ];
        return [.. all.OfType<LedgerTransaction>()];
    }

    // Credit positive.
    private static decimal Balance(IEnumerable<LedgerTransaction> transactions, string account) =>
        transactions.SelectMany(t => t.Entries).Where(e => e.Account == account).Sum(e => e.Side == Side.Credit ? e.Amount : -e.Amount);

    private static readonly (Guid Reservation, Guid Intent, Guid Property) Ids = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());

    private static ConfirmedMoney Money((int Base, int Cleaning, int Service, int Tax) bill) =>
        new(
            Ids.Reservation, Ids.Intent, Ids.Property, "BRL", bill.Base / 100m, bill.Cleaning / 100m, bill.Service / 100m, bill.Tax / 100m,
            Commission.For(Rule, bill.Base / 100m, 0).Amount);
}
