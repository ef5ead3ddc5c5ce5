using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Events;
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
    [InlineData(0.00, 0.00)]
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

    [Fact]
    public void It_says_step_by_step_how_it_came_about()
    {
        Assert.Equal(
            [new CommissionLine("rate", "12.5 % of 333.33, rounded half to even from 41.66625", 41.67m), new("minimum", "raised to the minimum of 50.00", 8.33m)],
            Commission.Steps(Rule("percentage") with { RatePercentage = 12.5m, MinCommission = 50m, MaxCommission = 60m }, 333.33m, 3));
        Assert.Equal(
            [
                new CommissionLine("tier", "booking 51 of the month is in the tier from 50 earlier ones: 10 % of 1000.00", 100m),
                new("maximum", "cut to the maximum of 90.00", -10m),
            ],
            Commission.Steps(Rule("tiered") with { Tiers = Tiers, MaxCommission = 90m }, 1000m, 50));
        Assert.Equal(
            [new CommissionLine("fixed", "a fixed 80.00", 80m), new("base_price", "cut to the base price less discount, 30.00", -50m)],
            Commission.Steps(Rule("fixed") with { FixedAmount = 80m }, 30m, 0));
    }

    [Fact]
    public void What_was_stored_before_rules_had_a_scope_is_still_read()
    {
        var stored = """
            {"amount": 150.00, "rule": {"id": "0198b0a0-0000-7000-8000-000000000010", "rule_type": "tiered", "tiers": [{"from_bookings": 0, "rate_percentage": 15.00}], "min_commission": 50.00}, "bookings_this_month": 3}
            """;

        var commission = JsonSerializer.Deserialize<Commission>(stored, EventJson.Options)!;

        Assert.Equal(300m, Commission.For(commission.Rule, 2000m, commission.BookingsThisMonth).Amount);
    }

    [Property(MaxTest = 1000)]
    public Property Commission_is_cents_between_nothing_and_the_base_and_its_lines_add_up_to_it() =>
        Prop.ForAll(
            AnyRule().ToArbitrary(),
            Cents(5_000_00).ToArbitrary(),
            Gen.Choose(0, 200).ToArbitrary(),
            (rule, baseLessDiscount, bookings) =>
            {
                var amount = Commission.For(rule, baseLessDiscount, bookings).Amount;
                var lines = Commission.Steps(rule, baseLessDiscount, bookings);
                return (amount >= 0 && amount <= baseLessDiscount && decimal.Round(amount, 2) == amount)
                    .Label($"{amount} of {baseLessDiscount}")
                    .And((lines.Sum(l => l.Amount) == amount && lines.All(l => decimal.Round(l.Amount, 2) == l.Amount)).Label("lines"))
                    .And((amount == Expected(rule, baseLessDiscount, bookings)).Label("as money.md says"));
            });

    // money.md, said a second time.
    private static decimal Expected(CommissionRule rule, decimal price, int bookings)
    {
        var rate = rule.RuleType == "tiered" ? rule.Tiers.Last(t => t.FromBookings <= bookings).RatePercentage : rule.RatePercentage ?? 0m;
        var amount = rule.FixedAmount ?? Math.Round(price * rate / 100m, 2, MidpointRounding.ToEven);
        amount = Math.Max(amount, rule.MinCommission ?? amount);
        amount = Math.Min(amount, rule.MaxCommission ?? amount);
        return Math.Min(amount, price);
    }

    private static Gen<CommissionRule> AnyRule() =>
        from type in Gen.Elements("percentage", "fixed", "tiered")
        from rate in Cents(100_00)
        from fixedAmount in Cents(1_000_00)
        from steps in Gen.ListOf(Gen.Choose(1, 60))
        from rates in Gen.ListOf(Cents(100_00), 61)
        from least in Maybe(Cents(500_00))
        from more in Maybe(Cents(500_00))
        let starts = steps.Prepend(0).Distinct().Order().ToList()
        select Rule(type) with
        {
            RatePercentage = type == "percentage" ? rate : null,
            FixedAmount = type == "fixed" ? fixedAmount : null,
            Tiers = type == "tiered" ? TiersOf(starts, rates) : [],
            MinCommission = least,
            MaxCommission = more is null ? null : (least ?? 0m) + more,
        };

    private static IReadOnlyList<CommissionTier> TiersOf(IEnumerable<int> starts, IReadOnlyList<decimal> rates) =>
        [.. starts.Zip(rates, (start, rate) => new CommissionTier(start, rate))];

    private static Gen<decimal> Cents(int most) => Gen.Choose(0, most).Select(c => c / 100m);

    private static Gen<decimal?> Maybe(Gen<decimal> amount) => Gen.OneOf(Gen.Constant((decimal?)null), amount.Select(a => (decimal?)a));

    private static CommissionRule Rule(string type) => new(Guid.Empty, type, null, null, [], null, null);
}
