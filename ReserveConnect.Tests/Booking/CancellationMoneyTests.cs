using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Booking;
using ReserveConnect.Finance;
using Xunit;

namespace ReserveConnect.Tests.Booking;

public sealed class CancellationMoneyTests
{
    private static readonly DateTimeOffset CheckIn = new(2027, 3, 10, 17, 0, 0, TimeSpan.Zero);

    [Theory]
    // Half a cent goes to the even one.
    [InlineData(100.01, 50, 50.00)]
    [InlineData(100.03, 50, 50.02)]
    [InlineData(0.01, 50, 0.00)]
    [InlineData(99.99, 33.33, 33.33)]
    public void A_share_is_rounded_half_to_even(decimal total, decimal percent, decimal refund) =>
        Assert.Equal(refund, Of(Standing(total, 0, 0, 0), percent, total).Quote.Refund);

    [Fact]
    public void Nothing_back_reverses_nothing_and_everybody_keeps_their_share()
    {
        var money = Of(Standing(1000m, 80m, 30m, 12m), 0, 1122m);

        Assert.Null(money.Reversed);
        Assert.Equal(new(930m, 150m, 30m, 12m), money.Quote.KeptBy);
        Assert.Equal(1122m, money.Quote.Kept);
    }

    [Theory]
    // A gift of 100 before: of what is owed, what was given before does not go back again, and nobody earns it.
    [InlineData(100, 900, 900, 100, 0)]
    [InlineData(50, 900, 500, 0, 500)]
    [InlineData(50, 400, 400, 100, 500)]
    [InlineData(0, 900, 0, 0, 1000)]
    public void What_was_given_before_is_no_fee(int percent, int left, int refund, int alreadyGiven, int kept)
    {
        var quote = Of(Standing(1000m, 0, 0, 0), percent, left).Quote;

        Assert.Equal((refund, alreadyGiven, kept), (quote.Refund, quote.AlreadyGiven, quote.Kept));
    }

    [Property(MaxTest = 500)]
    public Property What_goes_back_and_what_is_kept_is_the_price() =>
        Prop.ForAll(
            Gen.Choose(1, 1_000_000).Four().ToArbitrary(),
            Gen.Choose(0, 10_000).Two().ToArbitrary(),
            (parts, shares) =>
            {
                var standing = Standing(parts.Item1 / 100m, parts.Item2 / 100m, parts.Item3 / 100m, parts.Item4 / 100m);
                var left = decimal.Round(standing.Booking.Total * shares.Item2 / 10_000m, 2);
                var money = Of(standing, shares.Item1 / 100m, left);
                var kept = money.Quote.KeptBy;
                return money.Quote.Refund + money.Quote.AlreadyGiven + kept.Property + kept.Commission + kept.ServiceFee + kept.Taxes == standing.Booking.Total
                    && money.Quote.Refund <= left
                    && money.Quote.Refund + money.Quote.AlreadyGiven + money.Quote.Kept == money.Quote.Total
                    && new[] { kept.Property, kept.Commission, kept.ServiceFee, kept.Taxes }.All(k => k >= 0)
                    && (money.Reversed?.Refund ?? 0) == money.Quote.Refund + money.Quote.AlreadyGiven;
            });

    private static CancellationMoney Of(StandingMoney standing, decimal percent, decimal left) =>
        CancellationMoney.Of(new CancellationShare(percent, "policy", CheckIn, null), "moderate", standing, left);

    private static StandingMoney Standing(decimal baseLessDiscount, decimal cleaning, decimal service, decimal tax)
    {
        var booking = new ConfirmedMoney(
            Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "BRL", baseLessDiscount, cleaning, service, tax,
            decimal.Round(baseLessDiscount * 0.15m, 2));
        return new(booking, booking.ServiceTaxAt(5m));
    }
}
