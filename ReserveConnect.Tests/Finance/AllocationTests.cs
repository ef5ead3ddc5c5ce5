using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Finance;
using Xunit;

namespace ReserveConnect.Tests.Finance;

public sealed class AllocationTests
{
    [Fact]
    public void The_cents_left_over_go_to_the_largest_remainders()
    {
        Assert.Equal([33.34m, 33.33m, 33.33m], Allocation.Split(100.00m, 3));
        Assert.Equal([-33.34m, -33.33m, -33.33m], Allocation.Split(-100.00m, 3));
        Assert.Equal([0.16m, 0.84m], Allocation.Split(1.00m, [1m, 5.1m]));
        Assert.Equal([0m, 10.00m], Allocation.Split(10.00m, [0m, 3m]));
    }

    [Fact]
    public void What_cannot_be_split_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Allocation.Split(0.001m, 2));
        Assert.Throws<ArgumentException>(() => Allocation.Split(1m, [0m, 0m]));
        Assert.Throws<ArgumentException>(() => Allocation.Split(1m, [1m, -1m]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Allocation.Split(1m, 0));
    }

    [Property]
    public Property Parts_add_up_and_none_is_a_cent_away_from_its_share() => Prop.ForAll(
        (from cents in Gen.Choose(-1_000_000, 1_000_000)
         from weights in Gen.NonEmptyListOf(Gen.Choose(0, 1_000))
         where weights.Any(w => w > 0)
         select (Total: cents / 100m, Weights: weights.Select(w => (decimal)w).ToArray())).ToArbitrary(),
        split =>
        {
            var parts = Allocation.Split(split.Total, split.Weights);

            Assert.Equal(split.Total, parts.Sum());
            Assert.All(parts.Zip(split.Weights), p => Assert.True(
                Math.Abs(p.First - (split.Total * p.Second / split.Weights.Sum())) < 0.01m));
        });
}
