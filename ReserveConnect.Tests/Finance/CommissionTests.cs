using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Finance;
using Xunit;

namespace ReserveConnect.Tests.Finance;

public sealed class CommissionTests
{
    private static readonly CommissionTier[] Tiers = [new(0, 15m), new(50, 10m)];

    [Theory]
    [InlineData(1000.00, 150.00)] // the worked example of money.md
    [InlineData(200.00, 50.00)] // the minimum
    [InlineData(30.00, 30.00)] // never more than the base
    [InlineData(333.35, 50.00)]
    [InlineData(1234.50, 185.18)] // 185.175 rounds half to even
    [InlineData(1234.30, 185.14)] // 185.145 rounds half to even
    public void A_percentage_has_a_minimum_and_never_exceeds_the_base(decimal baseLessDiscount, decimal expected) =>
        Assert.Equal(expected, Commission.For(Rule("percentage") with { RatePercentage = 15m, MinCommission = 50m }, baseLessDiscount, 0).Amount);

    [Theory]
    [InlineData(0, 150.00)]
    [InlineData(49, 150.00)]
    [InlineData(50, 100.00)]
    [InlineData(200, 100.00)]
    public void A_tier_counts_the_bookings_before_this_one(int bookingsThisMonth, decimal expected) =>
        Assert.Equal(expected, Commission.For(Rule("tiered") with { Tiers = Tiers }, 1000m, bookingsThisMonth).Amount);

    [Fact]
    public void A_fixed_amount_is_itself() =>
        Assert.Equal(80m, Commission.For(Rule("fixed") with { FixedAmount = 80m }, 1000m, 0).Amount);

    [Fact]
    public void The_maximum_comes_after_the_minimum() =>
        Assert.Equal(40m, Commission.For(Rule("percentage") with { RatePercentage = 15m, MinCommission = 50m, MaxCommission = 40m }, 1000m, 0).Amount);

    [Fact]
    public void A_rule_without_its_figure_is_a_bug() =>
        Assert.Throws<InvalidOperationException>(() => Commission.For(Rule("percentage"), 1000m, 0));

    [Property]
    public Property Commission_is_cents_between_nothing_and_the_base() =>
        Prop.ForAll(
            Gen.Choose(0, 10_000_00).Select(c => c / 100m).ToArbitrary(),
            Gen.Choose(0, 100_00).Select(c => c / 100m).ToArbitrary(),
            (baseLessDiscount, rate) =>
            {
                var amount = Commission.For(Rule("percentage") with { RatePercentage = rate, MinCommission = 50m }, baseLessDiscount, 0).Amount;
                return amount >= 0 && amount <= baseLessDiscount && decimal.Round(amount, 2) == amount;
            });

    private static CommissionRule Rule(string type) => new(Guid.Empty, type, null, null, [], null, null);
}
