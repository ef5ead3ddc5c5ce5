using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class PricingTests
{
    private static readonly DateOnly Arrival = new(2026, 3, 10);

    [Theory]
    [InlineData(2, 2, 300.00, 600.00, 0.00, 30.00, 0.00, 710.00)] // two nights for two: no supplement, no discount
    [InlineData(2, 4, 300.00, 800.00, 0.00, 40.00, 0.00, 920.00)] // two guests above the base capacity
    [InlineData(7, 2, 300.00, 2100.00, 210.00, 94.50, 0.00, 2064.50)] // a week: 10 % off
    [InlineData(30, 2, 100.00, 3000.00, 600.00, 120.00, 0.00, 2600.00)] // a month: the longest step reached counts, 20 %
    [InlineData(1, 2, 100.10, 100.10, 0.00, 5.00, 0.00, 185.10)] // 5.005 rounds to the even cent
    [InlineData(1, 2, 100.30, 100.30, 0.00, 5.02, 0.00, 185.32)] // 5.015 too
    public void A_stay_costs_what_money_md_says(
        int nights, int guests, double price, double basePrice, double discount, double serviceFee, double taxes, double total)
    {
        var stay = Stay(Plan(), [], (decimal)price * nights, nights, guests);

        Assert.Equal(
            ((decimal)basePrice, (decimal)discount, 80.00m, (decimal)serviceFee, (decimal)taxes, (decimal)total),
            (stay.BasePrice, stay.Discount, stay.CleaningFee, stay.ServiceFee, stay.Taxes, stay.Total));
    }

    [Fact]
    public void A_tax_on_bookings_is_taken_on_the_base_price_and_rounded_tax_by_tax()
    {
        var stay = Stay(Plan(), [new TaxRate("ISS", 2.5m), new TaxRate("TURISMO", 2.5m)], 100.20m, 1, 2);

        // 2.505 each: 2.50 and 2.50, not 5.01.
        Assert.Equal(5.00m, stay.Taxes);
    }

    [Fact]
    public void Every_line_of_the_bill_is_in_the_quote()
    {
        var quote = Quote(Plan(), [new TaxRate("ISS", 2m)], nights: 7, guests: 3, _ => 100m);

        Assert.Equal(
            ["accommodation", "extra_guests", "length_of_stay_discount", "cleaning_fee", "service_fee", "tax_iss"],
            quote.Lines.Select(line => line.Code));
        Assert.Equal(
            [700.00m, 350.00m, -105.00m, 80.00m, 47.25m, 21.00m],
            quote.Lines.Select(line => line.Amount));
    }

    [Property]
    public Property Lines_and_nights_add_up_exactly() => Prop.ForAll(Stays(), stay =>
    {
        var quote = stay.Quote();

        Assert.Equal(quote.Total, quote.Lines.Sum(line => line.Amount));
        Assert.Equal(quote.BasePrice, quote.Nights.Sum(night => night.Amount));
        Assert.All(quote.Nights, night => Assert.Equal(night.Amount, night.Price + night.Supplement));
        Assert.Equal(quote.Total, quote.BasePrice - quote.Discount + quote.CleaningFee + quote.ServiceFee + quote.Taxes);
        Assert.All(
            [quote.BasePrice, quote.Discount, quote.CleaningFee, quote.ServiceFee, quote.Taxes, quote.Total],
            amount => Assert.Equal(amount, decimal.Round(amount, 2)));
    });

    [Property]
    public Property A_night_more_at_the_same_discount_never_costs_less() => Prop.ForAll(Stays(), stay =>
    {
        var plan = stay.Plan with { LengthOfStayDiscounts = [] };
        var shorter = Stay(plan, stay.Taxes, stay.Price * stay.Nights, stay.Nights, stay.Guests);
        var longer = Stay(plan, stay.Taxes, stay.Price * (stay.Nights + 1), stay.Nights + 1, stay.Guests);

        Assert.True(longer.Total >= shorter.Total);
    });

    [Property]
    public Property A_guest_more_never_costs_less() => Prop.ForAll(Stays(), stay =>
    {
        var fewer = Stay(stay.Plan, stay.Taxes, stay.Price * stay.Nights, stay.Nights, stay.Guests);
        var more = Stay(stay.Plan, stay.Taxes, stay.Price * stay.Nights, stay.Nights, stay.Guests + 1);

        Assert.True(more.Total >= fewer.Total);
    });

    private static Arbitrary<AnyStay> Stays() => (
        from cents in Gen.Choose(0, 500_000)
        from nights in Gen.Choose(1, 60)
        from guests in Gen.Choose(1, 8)
        from extra in Gen.Choose(0, 10_000)
        from cleaning in Gen.Choose(0, 30_000)
        from service in Gen.Choose(0, 2_500)
        from percent in Gen.Choose(0, 10_000)
        from tax in Gen.Choose(0, 1_000)
        select new AnyStay(
            cents / 100m, nights, guests,
            new RatePlan("BRL", 2, 0, extra / 100m, cleaning / 100m, service / 100m, [new(5, percent / 100m)]),
            [new TaxRate("ISS", tax / 100m)])).ToArbitrary();

    private static RatePlan Plan() => new("BRL", 2, 200m, 50m, 80m, 5m, [new(28, 20m), new(7, 10m)]);

    private static StayPrice Stay(RatePlan plan, ImmutableArray<TaxRate> taxes, decimal nightPrices, int nights, int guests) =>
        Pricing.Stay(new RatePlans(plan), taxes, Arrival, nights, guests, (long)(nightPrices * 100));

    private static Quote Quote(RatePlan plan, ImmutableArray<TaxRate> taxes, int nights, int guests, Func<int, decimal?> price)
    {
        var offer = new UnitOffer(
            Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty, "Casa", "Quarto", "America/Sao_Paulo", 10, new RatePlans(plan), taxes,
            new CancellationPolicyCopy("flexible", "Flexible", []));
        var calendar = Enumerable.Range(0, nights)
            .Select(i => new CalendarNight(Arrival.AddDays(i), true, 1, price(i), 1, 30, false, false)).ToArray();
        return Pricing.Quote(offer, new StayRequest(Guid.Empty, Arrival, Arrival.AddDays(nights), guests, 0), calendar);
    }

    private sealed record AnyStay(decimal Price, int Nights, int Guests, RatePlan Plan, ImmutableArray<TaxRate> Taxes)
    {
        // Prices differ from night to night, and every third comes from the rate plan.
        public Quote Quote() => PricingTests.Quote(
            Plan with { BasePrice = Price }, Taxes, Nights, Guests, i => i % 3 == 0 ? null : Price + (i % 7 / 100m));
    }
}
