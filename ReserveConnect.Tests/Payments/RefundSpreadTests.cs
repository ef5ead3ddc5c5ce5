using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Payments;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class RefundSpreadTests
{
    [Fact]
    public void The_newest_payment_gives_first()
    {
        var (newest, oldest) = (new MoneyLeft(Guid.CreateVersion7(), 30m), new MoneyLeft(Guid.CreateVersion7(), 100m));

        Assert.Equal([newest with { Amount = 20m }], RefundSpread.Over([newest, oldest], 20m));
        Assert.Equal([newest, oldest with { Amount = 50m }], RefundSpread.Over([newest, oldest], 80m));
    }

    [Fact]
    public void More_than_there_is_cannot_be_spread() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RefundSpread.Over([new(Guid.CreateVersion7(), 30m)], 30.01m));

    [Property(MaxTest = 300)]
    public Property Refunds_one_after_the_other_take_all_there_is_and_no_more() =>
        Prop.ForAll(
            Gen.Choose(1, 100_000).NonEmptyListOf().ToArbitrary(),
            Gen.Choose(1, 60_000).ListOf().ToArbitrary(),
            (received, asked) =>
            {
                var start = received.Select(cents => new MoneyLeft(Guid.CreateVersion7(), cents / 100m)).ToList();
                var left = start.ToList();
                var given = 0m;
                foreach (var cents in asked)
                {
                    var amount = Math.Min(cents / 100m, left.Sum(l => l.Amount));
                    if (amount == 0)
                    {
                        continue;
                    }

                    foreach (var part in RefundSpread.Over(left, amount))
                    {
                        left = [.. left.Select(l => l.AttemptId == part.AttemptId ? l with { Amount = l.Amount - part.Amount } : l)];
                        given += part.Amount;
                    }
                }

                return left.All(l => l.Amount >= 0) && given + left.Sum(l => l.Amount) == start.Sum(l => l.Amount);
            });
}
