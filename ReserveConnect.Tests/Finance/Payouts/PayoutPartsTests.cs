using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Finance.Payouts;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>Whoever is paid by booking has a payout for each, and none that is below nothing while another has the money.</summary>
public sealed class PayoutPartsTests
{
    private static readonly Guid Property = Guid.CreateVersion7();

    [Property]
    public Property Each_transaction_is_in_one_part_and_debts_are_in_the_first() => Prop.ForAll(
        (from amounts in Gen.Choose(-30_000, 30_000).ListOf()
         from bookings in Gen.Choose(0, 4).ListOf(amounts.Count)
         from carried in Gen.Choose(0, 20_000)
         select (Due: amounts.Zip(bookings, Transaction).ToList(), Carried: carried / 100m)).ToArbitrary(),
        it =>
        {
            var parts = PayoutParts.Of(PayoutSchedule.PerBooking, PayoutSchedule.PerBooking, it.Due, it.Carried).ToList();

            Assert.Equal(it.Due.Select(t => t.TransactionId).Order(), parts.SelectMany(p => p.Part).Select(t => t.TransactionId).Order());
            Assert.Single(parts, p => p.TakesOver);
            Assert.All(parts.Where(p => !p.TakesOver), p => Assert.True(Assert.Single(p.Part.GroupBy(t => t.ReservationId)).Sum(t => t.Amount) > 0));
            Assert.True(parts.Count == 1 || parts.Single(p => p.TakesOver).Part.Sum(t => t.Amount) > it.Carried, "a debt is carried over while another part is paid");
        });

    [Fact]
    public void An_order_is_one_payout()
    {
        List<PayableTransaction> due = [Transaction(100, 1), Transaction(200, 2)];

        Assert.Equal(due, Assert.Single(PayoutParts.Of(PayoutSchedule.Ordered, PayoutSchedule.PerBooking, due, 0)).Part);
    }

    private static PayableTransaction Transaction(int cents, int booking) =>
        new(Property, Guid.CreateVersion7(), booking == 0 ? null : new Guid(booking, 0, 0, new byte[8]), "commission", cents / 100m, 0);
}
