using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Functions.Limiting;
using Xunit;

namespace ReserveConnect.Tests.Http;

public sealed class TokenBucketTests
{
    private static readonly BucketKey Ana = new(LimitClass.Search, BucketOwner.Client, 1);
    private static readonly TimeSpan LongRefill = TimeSpan.FromHours(1);

    [Fact]
    public void A_burst_is_let_through_and_what_follows_waits_for_the_next_token()
    {
        var (clock, allowance) = (new StoppedClock(), new Allowance { PerMinute = 60, Burst = 3 });
        var buckets = new TokenBuckets(clock, 1_000, LongRefill);

        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(buckets.TryTake(Ana, allowance)));
        Assert.Equal(TimeSpan.FromSeconds(1), buckets.TryTake(Ana, allowance));
        clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), buckets.TryTake(Ana, allowance));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(buckets.TryTake(Ana, allowance));
        Assert.Equal(TimeSpan.FromSeconds(1), buckets.TryTake(Ana, allowance));
    }

    [Fact]
    public void Who_waited_long_has_a_full_burst_and_no_more()
    {
        var (clock, allowance) = (new StoppedClock(), new Allowance { PerMinute = 60, Burst = 3 });
        var buckets = new TokenBuckets(clock, 1_000, LongRefill);
        Drain(buckets, Ana, allowance);

        clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(3, Drain(buckets, Ana, allowance));
    }

    [Fact]
    public void A_clock_that_a_test_shifts_fills_the_buckets()
    {
        var (clock, allowance) = (new ShiftedClock(), new Allowance { PerMinute = 1, Burst = 2 });
        var buckets = new TokenBuckets(clock, 1_000, LongRefill);
        Drain(buckets, Ana, allowance);

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, Drain(buckets, Ana, allowance));
    }

    [Fact]
    public void Classes_clients_sites_and_accounts_are_counted_apart()
    {
        var allowance = new Allowance { PerMinute = 1, Burst = 1 };
        var buckets = new TokenBuckets(new StoppedClock(), 1_000, LongRefill);
        Drain(buckets, Ana, allowance);

        Assert.All(
            [Ana with { Limit = LimitClass.Login }, Ana with { Owner = BucketOwner.Account }, Ana with { Owner = BucketOwner.Site }, Ana with { Id = 2 }],
            other => Assert.Null(buckets.TryTake(other, allowance)));
    }

    /// <summary>Against the plain model: a number of tokens that grows with time up to the burst.</summary>
    [Property(MaxTest = 300)]
    public Property Whatever_the_times_of_requests_exactly_those_with_a_token_pass() => Prop.ForAll(
        Gen.Choose(1, 600).Two().ToArbitrary(),
        Gen.Choose(0, 5_000).ListOf(100).ToArbitrary(),
        (figures, pauses) =>
        {
            var (clock, allowance) = (new StoppedClock(), new Allowance { PerMinute = figures.Item1, Burst = 1 + (figures.Item2 % 20) });
            var buckets = new TokenBuckets(clock, 1_000, allowance.RefillTime);
            var (tokens, interval) = ((decimal)allowance.Burst, allowance.Interval.Ticks);
            foreach (var pause in pauses)
            {
                clock.Advance(TimeSpan.FromMilliseconds(pause));
                tokens = Math.Min(allowance.Burst, tokens + (TimeSpan.FromMilliseconds(pause).Ticks / (decimal)interval));
                var wait = buckets.TryTake(Ana, allowance);
                Assert.Equal(tokens >= 1, wait is null);
                if (wait is { } time)
                {
                    Assert.Equal((1 - tokens) * interval, time.Ticks, 0);
                }
                else
                {
                    tokens--;
                }
            }
        });

    [Property(MaxTest = 50)]
    public Property However_many_there_are_memory_is_bounded_and_who_is_refused_is_not_forgotten() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            const int Most = 1_000;
            var (clock, random, allowance) = (new StoppedClock(), new Random(seed), new Allowance { PerMinute = 1, Burst = 2 });
            var buckets = new TokenBuckets(clock, Most, allowance.RefillTime);
            Drain(buckets, Ana, allowance);
            for (var other = 0; other < 20 * Most; other++)
            {
                buckets.TryTake(Ana with { Id = (UInt128)random.NextInt64() + 2 }, allowance);
                Assert.True(buckets.Count <= Most);
                if (other % (Most / 4) == 0)
                {
                    Assert.NotNull(buckets.TryTake(Ana, allowance));
                }
            }
        });

    [Fact]
    public void Who_has_been_quiet_is_forgotten()
    {
        var (clock, allowance) = (new StoppedClock(), new Allowance { PerMinute = 60, Burst = 10 });
        var buckets = new TokenBuckets(clock, 1_000, allowance.RefillTime);
        for (var client = 0; client < 400; client++)
        {
            buckets.TryTake(Ana with { Id = (UInt128)client }, allowance);
        }

        for (var turn = 0; turn < 2; turn++)
        {
            clock.Advance(allowance.RefillTime + TimeSpan.FromTicks(1));
            buckets.TryTake(Ana, allowance);
        }

        // She may stand in both generations.
        Assert.InRange(buckets.Count, 1, 2);
    }

    [Fact]
    public async Task Of_many_at_once_exactly_a_burst_passes()
    {
        var allowance = new Allowance { PerMinute = 1, Burst = 50 };
        var buckets = new TokenBuckets(new StoppedClock(), 1_000, LongRefill);

        var passed = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => buckets.TryTake(Ana, allowance) is null)));

        Assert.Equal(50, passed.Count(p => p));
    }

    private static int Drain(TokenBuckets buckets, BucketKey key, Allowance allowance)
    {
        var taken = 0;
        while (buckets.TryTake(key, allowance) is null)
        {
            taken++;
        }

        return taken;
    }

    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan step) => _ticks += step.Ticks;
    }
}
