using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Finance;
using Xunit;

namespace ReserveConnect.Tests.Finance;

public sealed class PostingsTests
{
    private static readonly Guid Intent = Guid.CreateVersion7();
    private static readonly Guid Property = Guid.CreateVersion7();

    [Fact]
    public void The_worked_example_comes_out_to_the_cent()
    {
        var payment = new MoneyIn(Guid.CreateVersion7(), Intent, Property, IsPix: false, "pi_1", 1000m, "BRL");
        var booking = Booking(1000m, 0m, 0m, 0m, 150m);

        var balances = Balances(
            Postings.PaymentReceived(payment),
            Postings.ProviderFee(payment, "ch_1", 29.30m),
            Postings.BookingConfirmed(booking),
            Postings.ServiceTax(booking, 5m)!);

        Assert.Equal(970.70m, balances["cash_stripe"]);
        Assert.Equal(29.30m, balances["stripe_fees"]);
        Assert.Equal(7.50m, balances["tax_expense"]);
        Assert.Equal(-850.00m, balances["property_payable"]);
        Assert.Equal(-150.00m, balances["commission_income"]);
        Assert.Equal(-7.50m, balances["tax_payable"]);
        Assert.Equal(0m, balances["guest_prepayment"]);
        Assert.Equal(0m, balances.Values.Sum());
    }

    [Fact]
    public void A_refund_before_confirmation_leaves_only_the_fee()
    {
        var payment = new MoneyIn(Guid.CreateVersion7(), Intent, Property, IsPix: true, "77", 500m, "BRL");

        var balances = Balances(
            Postings.PaymentReceived(payment),
            Postings.ProviderFee(payment, "77", 4.95m),
            Postings.RefundBeforeConfirmation(payment, Guid.CreateVersion7(), 500m));

        Assert.Equal(-4.95m, balances["cash_pix"]);
        Assert.Equal(4.95m, balances["pix_fees"]);
        Assert.Equal(0m, balances["guest_prepayment"]);
    }

    [Fact]
    public void Tax_that_rounds_to_nothing_is_not_posted() =>
        Assert.Null(Postings.ServiceTax(Booking(0.10m, 0m, 0m, 0m, 0.01m), 5m));

    [Property]
    public Property Every_confirmed_booking_balances() =>
        Prop.ForAll(
            Gen.Choose(1, 1_000_000).Four().ToArbitrary(),
            parts =>
            {
                var (b, k, s, x) = parts;
                var commission = decimal.Round(b / 100m * 0.15m, 2);
                var booking = Booking(b / 100m, k / 100m, s / 100m, x / 100m, commission);
                var confirmed = Postings.BookingConfirmed(booking);
                confirmed.EnsureSound();
                Postings.ServiceTax(booking, 3.5m)?.EnsureSound();
                return confirmed.Difference == 0;
            });

    [Property]
    public Property A_cancellation_balances_and_takes_no_more_than_there_was() =>
        Prop.ForAll(
            Gen.Choose(1, 1_000_000).Four().ToArbitrary(),
            Gen.Choose(1, 1_000_000).ToArbitrary(),
            (parts, share) =>
            {
                var (b, k, s, x) = parts;
                var booking = Booking(b / 100m, k / 100m, s / 100m, x / 100m, decimal.Round(b / 100m * 0.15m, 2));
                var refund = Math.Max(0.01m, decimal.Round(booking.Total * share / 1_000_000m, 2));
                var money = ReversedMoney.Of(booking, booking.ServiceTaxAt(5m), refund);

                Postings.ConfirmationReversed(money, decimal.Round(refund / 3m, 2)).EnsureSound();
                Postings.CancellationFeeKept(booking, money.CommissionKept)?.EnsureSound();
                return money.ToProperty <= booking.NetToProperty && money.Commission <= booking.Commission
                    && money.ServiceFee <= booking.ServiceFee && money.BookingTax <= booking.BookingTax
                    && money.ToProperty + money.Commission + money.ServiceFee + money.BookingTax == refund;
            });

    [Fact]
    public void A_full_cancellation_leaves_the_books_as_if_nothing_had_been_confirmed()
    {
        var booking = Booking(1000m, 80m, 30m, 12m, 150m);
        var money = ReversedMoney.Of(booking, booking.ServiceTaxAt(5m), booking.Total);

        var balances = Balances(Postings.BookingConfirmed(booking), Postings.ServiceTax(booking, 5m)!, Postings.ConfirmationReversed(money, money.Refund));

        Assert.All(balances, account => Assert.Equal(0m, account.Value));
        Assert.Null(Postings.CancellationFeeKept(booking, money.CommissionKept));
    }

    [Fact]
    public void Half_a_cancellation_keeps_half_of_every_share_and_our_part_becomes_a_fee()
    {
        var booking = Booking(1000m, 0m, 0m, 0m, 150m);
        var money = ReversedMoney.Of(booking, 7.50m, 500m);

        var balances = Balances(
            Postings.BookingConfirmed(booking), Postings.ConfirmationReversed(money, money.Refund), Postings.CancellationFeeKept(booking, money.CommissionKept)!);

        Assert.Equal(-425m, balances["property_payable"]);
        Assert.Equal(0m, balances["commission_income"]);
        Assert.Equal(-75m, balances["cancellation_fee_income"]);
        Assert.Equal(500m, balances["guest_prepayment"]);
    }

    [Property]
    public Property A_changed_price_moves_the_books_to_where_the_new_price_would_have_put_them() =>
        Prop.ForAll(
            Gen.Choose(1, 100_000).Four().ToArbitrary(),
            Gen.Choose(1, 100_000).Four().ToArbitrary(),
            (old, changed) =>
            {
                var before = Of(old);
                var after = Of(changed) with { ReservationId = before.ReservationId };
                var moved = Postings.PriceChanged(Guid.CreateVersion7(), before, after, after.ServiceTaxAt(5m) - before.ServiceTaxAt(5m));
                moved?.EnsureSound();

                var there = Balances(Postings.BookingConfirmed(after));
                var here = moved is null ? Balances(Postings.BookingConfirmed(before)) : Balances(Postings.BookingConfirmed(before), moved);
                return there.Where(a => a.Key != "tax_payable").All(a => here.GetValueOrDefault(a.Key) == a.Value);
            });

    private static ConfirmedMoney Of((int B, int K, int S, int X) parts) =>
        Booking(parts.B / 100m, parts.K / 100m, parts.S / 100m, parts.X / 100m, decimal.Round(parts.B / 100m * 0.15m, 2));

    private static ConfirmedMoney Booking(decimal baseLessDiscount, decimal cleaning, decimal service, decimal tax, decimal commission) =>
        new(Guid.CreateVersion7(), Intent, Property, "BRL", baseLessDiscount, cleaning, service, tax, commission);

    private static Dictionary<string, decimal> Balances(params LedgerTransaction[] transactions) =>
        transactions
            .SelectMany(t => t.Entries)
            .GroupBy(e => e.Account)
            .ToDictionary(g => g.Key, g => g.Sum(e => e.Side == Side.Debit ? e.Amount : -e.Amount));
}
