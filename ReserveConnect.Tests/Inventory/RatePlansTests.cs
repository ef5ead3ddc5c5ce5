using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class RatePlansTests
{
    private static readonly RatePlan Standard = new("BRL", 2, 200m, 50m, 80m, 5m, []);
    private static readonly DateOnly Christmas = new(2026, 12, 25);

    [Fact]
    public void One_plan_is_in_force_on_every_date()
    {
        var plans = new RatePlans(Standard);

        Assert.True(plans.IsSingle);
        Assert.Same(Standard, plans.On(DateOnly.MinValue));
        Assert.Same(Standard, plans.On(DateOnly.MaxValue));
    }

    [Theory]
    [InlineData("2026-12-19", 200)]
    [InlineData("2026-12-20", 900)] // the first day of the season
    [InlineData("2027-01-05", 900)] // its last
    [InlineData("2027-01-06", 200)]
    public void A_season_is_in_force_from_its_first_day_to_its_last(string date, int price)
    {
        var plans = new RatePlans(Standard, Season(900m, new(2026, 12, 20), new(2027, 1, 5)));

        Assert.Equal(price, plans.On(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture)).BasePrice);
    }

    [Fact]
    public void A_season_may_have_no_beginning_or_no_end()
    {
        Assert.Equal(900m, new RatePlans(Standard, Season(900m, Christmas, null)).On(DateOnly.MaxValue).BasePrice);
        Assert.Equal(900m, new RatePlans(Standard, Season(900m, null, Christmas)).On(DateOnly.MinValue).BasePrice);
        Assert.Equal(200m, new RatePlans(Standard, Season(900m, null, Christmas)).On(Christmas.AddDays(1)).BasePrice);
    }

    [Fact]
    public void A_unit_s_own_season_goes_before_the_property_s_and_each_before_the_standard_plan()
    {
        var plans = new RatePlans(
            Standard,
            Season(700m, new(2026, 12, 24), new(2027, 1, 31)) with { IsOfProperty = true },
            Season(900m, new(2026, 12, 20), new(2026, 12, 31)));

        Assert.Equal(900m, plans.On(Christmas).BasePrice);
        Assert.Equal(700m, plans.On(new DateOnly(2027, 1, 1)).BasePrice);
        Assert.Equal(200m, plans.On(new DateOnly(2027, 2, 1)).BasePrice);
    }

    [Fact]
    public void Of_two_of_one_level_the_one_that_began_last_is_in_force() =>
        Assert.Equal(900m, new RatePlans(Standard, Season(700m, null, Christmas), Season(900m, Christmas, null)).On(Christmas).BasePrice);

    [Fact]
    public void Discount_and_fees_are_those_of_the_day_of_arrival_and_nights_those_of_their_own()
    {
        var plans = new RatePlans(
            Standard with { LengthOfStayDiscounts = [new(2, 10m)] },
            new RatePlan("BRL", 1, 900m, 70m, 120m, 8m, [new(2, 50m)], Christmas, Christmas.AddDays(5)));

        // Arrives on the 24th: one night of the standard plan, two of the season. 200 + 900 + 900, and 50 + 2 * 140 for four.
        var before = Pricing.Stay(plans, [], Christmas.AddDays(-1), 3, 3, 200_000);
        Assert.Equal((2_330m, 330m, 233m, 80m, 104.85m), (before.BasePrice, before.Supplement, before.Discount, before.CleaningFee, before.ServiceFee));

        // Arrives on the season's last day.
        var after = Pricing.Stay(plans, [], Christmas.AddDays(5), 2, 3, 110_000);
        Assert.Equal((1_290m, 190m, 645m, 120m, 51.60m), (after.BasePrice, after.Supplement, after.Discount, after.CleaningFee, after.ServiceFee));
    }

    [Fact]
    public void A_standard_plan_with_dates_and_a_season_without_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RatePlans(Season(1m, Christmas, null)));
        Assert.Throws<ArgumentException>(() => new RatePlans(Standard, Standard));
    }

    [Fact]
    public void A_plan_that_is_copied_with_another_price_reckons_with_that_price()
    {
        var plan = Standard with { BasePrice = 1m, ExtraGuestFee = 2m, LengthOfStayDiscounts = [new(2, 10m), new(7, 20m)] };

        Assert.Equal((100, 200, 1_000, 2_000), (plan.BasePriceCents, plan.SupplementCents(3), plan.DiscountBasisPoints(6), plan.DiscountBasisPoints(7)));
    }

    private static RatePlan Season(decimal price, DateOnly? from, DateOnly? to) => Standard with { BasePrice = price, ValidFrom = from, ValidTo = to };
}
