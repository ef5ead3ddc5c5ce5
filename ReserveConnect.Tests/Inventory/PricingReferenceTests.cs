using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>The arithmetic of whole cents against one in decimals, written down as money.md says it.</summary>
public sealed class PricingReferenceTests
{
    private static readonly DateOnly Arrival = new(2026, 3, 10);

    [Property(MaxTest = 2_000)]
    public Property Cents_come_to_what_decimals_come_to() => Prop.ForAll(Stays(), stay =>
    {
        var expected = Reference(stay);
        var cents = stay.Prices.Select((price, night) => (long)((price ?? PlanOn(Arrival.AddDays(night), stay.Plans).BasePrice) * 100m)).Sum();

        var actual = Pricing.Stay(stay.Plans, stay.Taxes, Arrival, stay.Prices.Length, stay.Guests, cents);

        Assert.Equal(expected, (actual.BasePrice, actual.Discount, actual.CleaningFee, actual.ServiceFee, actual.Taxes, actual.Total));
    });

    [Property(MaxTest = 500)]
    public Property A_quote_by_several_plans_adds_up_to_the_same() => Prop.ForAll(Stays(), stay =>
    {
        var offer = new UnitOffer(
            Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, "Casa", "Quarto", "America/Sao_Paulo", 10, stay.Plans, stay.Taxes,
            new CancellationPolicyCopy("flexible", "Flexible", []));
        var nights = stay.Prices.Select((price, night) => new CalendarNight(Arrival.AddDays(night), true, 1, price, 1, 365, false, false)).ToArray();

        var quote = Pricing.Quote(offer, new StayRequest(Guid.Empty, Arrival, Arrival.AddDays(nights.Length), stay.Guests, 0), nights);

        Assert.Equal(Reference(stay), (quote.BasePrice, quote.Discount, quote.CleaningFee, quote.ServiceFee, quote.Taxes, quote.Total));
        Assert.Equal(quote.BasePrice, quote.Nights.Sum(night => night.Amount));
        Assert.Equal(quote.Total, quote.Lines.Sum(line => line.Amount));
    });

    [Property(MaxTest = 2_000)]
    public Property A_share_is_rounded_half_to_even() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, 10_000)).ToArbitrary(),
        pair => Assert.Equal(
            Math.Round(pair.Item1 / 100m * pair.Item2 / 10_000m, 2, MidpointRounding.ToEven), Cents.Amount(Cents.Share(pair.Item1, pair.Item2))));

    [Fact]
    public void The_dearest_stay_that_the_tables_can_hold_is_reckoned_exactly()
    {
        const decimal dearest = 9_999_999_999.99m;
        var plan = new RatePlan("BRL", 1, dearest, dearest, dearest, 100m, [new(1, 0.01m)]);
        var price = Pricing.Stay(new RatePlans(plan), [new TaxRate("ISS", 99.99m)], Arrival, 365, 1_000, (long)(dearest * 100m) * 365);

        var basePrice = dearest * 365 * 1_000;
        var discount = Math.Round(basePrice * 0.0001m, 2, MidpointRounding.ToEven);
        var tax = Math.Round(basePrice * 0.9999m, 2, MidpointRounding.ToEven);
        Assert.Equal((basePrice, (2 * (basePrice - discount)) + dearest + tax), (price.BasePrice, price.Total));
    }

    [Fact]
    public void What_is_more_than_all_money_is_refused_and_never_wraps_around()
    {
        var plan = new RatePlan("BRL", 1, 0, 9_999_999_999.99m, 0, 0, []);

        Assert.Throws<OverflowException>(() => Pricing.Stay(new RatePlans(plan), [], Arrival, 365, int.MaxValue, 0));
    }

    [Fact]
    public void Pricing_allocates_nothing()
    {
        var plans = new RatePlans(
            new RatePlan("BRL", 2, 200m, 50m, 80m, 5m, [new(28, 20m), new(7, 10m)]),
            new RatePlan("BRL", 2, 300m, 50m, 80m, 5m, [], Arrival.AddDays(2), Arrival.AddDays(4)));
        ImmutableArray<TaxRate> taxes = [new("ISS", 2m)];
        var total = Pricing.Stay(plans, taxes, Arrival, 7, 3, 140_000).TotalCents;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            total += Pricing.Stay(plans, taxes, Arrival, 7, 3, 140_000).TotalCents;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(total > 0);
    }

    // money.md, line by line.
    private static (decimal Base, decimal Discount, decimal Cleaning, decimal Service, decimal Taxes, decimal Total) Reference(AnyStay stay)
    {
        var arrival = PlanOn(Arrival, stay.Plans);
        var basePrice = 0m;
        for (var night = 0; night < stay.Prices.Length; night++)
        {
            var plan = PlanOn(Arrival.AddDays(night), stay.Plans);
            basePrice += (stay.Prices[night] ?? plan.BasePrice) + (plan.ExtraGuestFee * Math.Max(0, stay.Guests - plan.BaseCapacity));
        }

        var percent = arrival.LengthOfStayDiscounts.Where(d => d.MinNights <= stay.Prices.Length).MaxBy(d => d.MinNights)?.Percent ?? 0;
        var discount = Round(basePrice * percent / 100m);
        var service = Round((basePrice - discount) * arrival.ServiceFeePercentage / 100m);
        var taxes = stay.Taxes.Sum(tax => Round(basePrice * tax.Rate / 100m));
        return (basePrice, discount, arrival.CleaningFee, service, taxes, basePrice - discount + arrival.CleaningFee + service + taxes);
    }

    // The unit's season before the property's before the standard plan; of two of one level the one that began last.
    private static RatePlan PlanOn(DateOnly date, RatePlans plans)
    {
        RatePlan? chosen = null;
        foreach (var season in plans.Seasons)
        {
            var hasBegun = season.ValidFrom is not { } from || from <= date;
            var hasEnded = season.ValidTo is { } to && to < date;
            if (hasBegun && !hasEnded && (chosen is null || Beats(season, chosen)))
            {
                chosen = season;
            }
        }

        return chosen ?? plans.Standard;

        static bool Beats(RatePlan season, RatePlan other) => season.IsOfProperty == other.IsOfProperty
            ? (season.ValidFrom ?? DateOnly.MinValue) > (other.ValidFrom ?? DateOnly.MinValue)
            : !season.IsOfProperty;
    }

    private static decimal Round(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToEven);

    private static Gen<decimal> Amount(int most) => Gen.Choose(0, most).Select(cents => cents / 100m);

    private static Gen<RatePlan> Plan() =>
        from capacity in Gen.Choose(1, 4)
        from price in Amount(500_000)
        from extra in Amount(10_000)
        from cleaning in Amount(30_000)
        from service in Amount(10_000)
        from discounts in Gen.Choose(1, 20).Zip(Amount(10_000)).ListOf()
        select new RatePlan(
            "BRL", capacity, price, extra, cleaning, service,
            [.. discounts.DistinctBy(d => d.Item1).Select(d => new LengthOfStayDiscount(d.Item1, d.Item2))]);

    private static Gen<RatePlan> Season() =>
        from plan in Plan()
        from first in Gen.Choose(-10, 30)
        from days in Gen.Choose(0, 20)
        from isOfProperty in Gen.Elements(true, false)
        from isOpen in Gen.Choose(0, 5)
        select plan with
        {
            ValidFrom = Arrival.AddDays(first),
            ValidTo = isOpen == 0 ? null : Arrival.AddDays(first + days),
            IsOfProperty = isOfProperty,
        };

    private static Arbitrary<AnyStay> Stays() => (
        from standard in Plan()
        from seasons in Season().ListOf()
        from prices in Gen.OneOf(Gen.Constant((decimal?)null), Amount(500_000).Select(p => (decimal?)p)).ListOf().Where(list => list.Count is > 0 and <= 60)
        from guests in Gen.Choose(1, 10)
        from taxes in Amount(10_000).ListOf()
        select new AnyStay(
            new RatePlans(standard, [.. seasons.Take(4)]), [.. prices], guests,
            [.. taxes.Take(3).Select((rate, i) => new TaxRate($"T{i}", rate))])).ToArbitrary();

    private sealed record AnyStay(RatePlans Plans, decimal?[] Prices, int Guests, ImmutableArray<TaxRate> Taxes);
}
