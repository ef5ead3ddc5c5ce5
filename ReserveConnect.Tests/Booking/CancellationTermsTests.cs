using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Booking;
using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Booking;

public sealed class CancellationTermsTests
{
    private const string SaoPaulo = "America/Sao_Paulo";

    private static readonly CancellationPolicyCopy Flexible = new("flexible", "Flexible", [new(24, 100m)]);
    private static readonly CancellationPolicyCopy Moderate = new("moderate", "Moderate", [new(120, 100m), new(0, 50m)]);
    private static readonly CancellationPolicyCopy Strict = new("strict", "Strict", [new(336, 100m), new(168, 50m)]);
    private static readonly CancellationPolicyCopy NonRefundable = new("non_refundable", "Non-refundable", []);

    private static readonly DateOnly Arrival = new(2027, 3, 10);

    // 14:00 in São Paulo, which is three hours behind all year.
    private static readonly DateTimeOffset CheckIn = new(2027, 3, 10, 17, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LongAgo = CheckIn.AddDays(-200);

    public static TheoryData<string, double, double, double> Tiers => new()
    {
        // Policy, hours before check-in, and per cent there and a second later.
        { "flexible", 24, 100, 0 },
        { "moderate", 120, 100, 50 },
        { "moderate", 0, 50, 0 },
        { "strict", 336, 100, 50 },
        { "strict", 168, 50, 0 },
    };

    [Theory]
    [MemberData(nameof(Tiers))]
    public void A_tier_holds_to_the_very_second(string policy, double hours, double there, double after)
    {
        var terms = Terms(Policy(policy), LongAgo);
        var limit = CheckIn.AddHours(-hours);

        Assert.Equal((decimal)there, terms.At(limit).Percent);
        Assert.Equal((decimal)after, terms.At(limit.AddSeconds(1)).Percent);
        Assert.Equal(limit, terms.At(limit).HoldsUntil);
        Assert.Equal(limit, terms.At(limit.AddSeconds(-1)).HoldsUntil);
    }

    [Fact]
    public void Who_cancels_within_seven_days_of_booking_and_three_days_before_check_in_gets_all_of_it()
    {
        var booked = CheckIn.AddDays(-20);
        var terms = Terms(NonRefundable, booked);

        Assert.Equal((100m, "right_of_withdrawal"), Rule(terms.At(booked.AddDays(7))));
        Assert.Equal((0m, "policy"), Rule(terms.At(booked.AddDays(7).AddSeconds(1))));
        Assert.Equal(booked.AddDays(7), terms.At(booked).HoldsUntil);
    }

    [Fact]
    public void The_right_of_withdrawal_ends_three_days_before_check_in()
    {
        var terms = Terms(NonRefundable, CheckIn.AddDays(-5));

        Assert.Equal((100m, "right_of_withdrawal"), Rule(terms.At(CheckIn.AddHours(-72))));
        Assert.Equal((0m, "policy"), Rule(terms.At(CheckIn.AddHours(-72).AddSeconds(1))));
    }

    [Fact]
    public void A_city_may_not_grant_it() =>
        Assert.Equal(0m, (Terms(NonRefundable, CheckIn.AddDays(-20)) with { RightOfWithdrawal = false }).At(CheckIn.AddDays(-19)).Percent);

    [Fact]
    public void A_policy_that_gives_all_of_it_is_named_before_the_right_of_withdrawal() =>
        Assert.Equal((100m, "policy"), Rule(Terms(Flexible, CheckIn.AddDays(-20)).At(CheckIn.AddDays(-19))));

    [Fact]
    public void No_rule_gives_more_than_the_ceiling()
    {
        var terms = Terms(Moderate, CheckIn.AddDays(-20)) with { CeilingPercent = 50m };

        Assert.Equal((50m, "ceiling"), Rule(terms.At(CheckIn.AddDays(-19))));
        Assert.Equal((50m, "policy"), Rule(terms.At(CheckIn.AddHours(-1))));
        Assert.Equal(CheckIn, terms.At(CheckIn.AddDays(-19)).HoldsUntil);
    }

    [Theory]
    // Clocks in Lisbon go forward on 28 March 2027 and back on 31 October: a check-in is at 14:00 on the wall.
    [InlineData("2027-03-27", 14)]
    [InlineData("2027-03-28", 13)]
    [InlineData("2027-10-30", 13)]
    [InlineData("2027-10-31", 14)]
    public void Check_in_is_at_two_in_the_afternoon_on_the_wall(string day, int utcHour) =>
        Assert.Equal(
            new DateTimeOffset(DateOnly.Parse(day, null), new(utcHour, 0), TimeSpan.Zero),
            new CancellationTerms(DateOnly.Parse(day, null), "Europe/Lisbon", LongAgo, Flexible, true).CheckInAt);

    [Fact]
    public void Hours_of_notice_are_hours_that_pass_when_the_clocks_change()
    {
        // 24 hours before 14:00 of the day on which the clocks went forward is 13:00 on the wall of the day before.
        var terms = new CancellationTerms(new(2027, 3, 28), "Europe/Lisbon", LongAgo, Flexible, true);

        Assert.Equal(100m, terms.At(new(2027, 3, 27, 13, 0, 0, TimeSpan.Zero)).Percent);
        Assert.Equal(0m, terms.At(new(2027, 3, 27, 13, 0, 1, TimeSpan.Zero)).Percent);
    }

    [Property(MaxTest = 500)]
    public Property Cancelling_later_never_gives_more() =>
        Prop.ForAll(
            Situations.ToArbitrary(),
            Gen.Choose(0, 40 * 86_400).Two().ToArbitrary(),
            (terms, seconds) =>
            {
                var (a, b) = seconds;
                var (earlier, later) = (terms.BookedAt.AddSeconds(Math.Min(a, b)), terms.BookedAt.AddSeconds(Math.Max(a, b)));
                return terms.At(earlier).Percent >= terms.At(later).Percent && terms.At(earlier).Percent <= terms.CeilingPercent;
            });

    [Property(MaxTest = 500)]
    public Property A_quote_holds_as_long_as_it_says_and_no_longer() =>
        Prop.ForAll(
            Situations.ToArbitrary(),
            Gen.Choose(0, 40 * 86_400).ToArbitrary(),
            (terms, seconds) =>
            {
                var now = terms.BookedAt.AddSeconds(seconds);
                var share = terms.At(now);
                return share.HoldsUntil is { } until
                    ? until >= now && terms.At(until).Percent == share.Percent && terms.At(until.AddSeconds(1)).Percent < share.Percent
                    : terms.At(now.AddDays(400)).Percent == share.Percent;
            });

    [Fact]
    public void A_wish_counts_to_the_very_instant_that_it_ends_at_and_says_so()
    {
        var terms = Terms(Moderate, LongAgo);
        var limit = CheckIn.AddHours(-120);
        var wish = new CancelWish(limit, limit.AddHours(3));

        Assert.Equal((100m, limit.AddHours(3), limit), Held(terms.At(limit.AddMinutes(1), wish)));
        Assert.Equal((100m, limit.AddHours(3), limit), Held(terms.At(wish.CountsUntil, wish)));
        Assert.Equal((50m, CheckIn, null), Held(terms.At(wish.CountsUntil.AddTicks(1), wish)));
        // Nothing was lost by waiting.
        Assert.Equal((100m, limit, limit.AddHours(-9)), Held(terms.At(limit.AddHours(-1), new(limit.AddHours(-9), limit.AddHours(-1)))));
        Assert.Equal((100m, limit, null), Held(terms.At(limit, null)));
    }

    [Fact]
    public void A_wish_within_the_right_of_withdrawal_is_within_it_when_it_is_fulfilled()
    {
        var booked = CheckIn.AddDays(-20);
        var wish = new CancelWish(booked.AddDays(7), booked.AddDays(7).AddHours(2));

        Assert.Equal((100m, "right_of_withdrawal"), Rule(Terms(NonRefundable, booked).At(wish.At.AddHours(1), wish)));
        Assert.Equal((0m, "policy"), Rule(Terms(NonRefundable, booked).At(wish.At.AddHours(3), wish)));
    }

    [Property(MaxTest = 500)]
    public Property A_wish_gives_what_it_would_have_given_at_once_while_it_counts_and_nothing_later() =>
        Prop.ForAll(
            Situations.ToArbitrary(),
            Gen.Choose(0, 40 * 86_400).Three().ToArbitrary(),
            (terms, seconds) =>
            {
                var instants = new[] { seconds.Item1, seconds.Item2, seconds.Item3 }.Order().Select(s => terms.BookedAt.AddSeconds(s)).ToList();
                var (wished, early, late) = (instants[0], instants[1], instants[2]);
                var wish = new CancelWish(wished, early);
                var (inTime, tooLate) = (terms.At(early, wish), terms.At(late.AddTicks(1), wish));
                return inTime.Percent == terms.At(wished).Percent
                    && inTime.Percent >= terms.At(early).Percent
                    && tooLate == terms.At(late.AddTicks(1))
                    && (inTime.HoldsUntil is { } until
                        ? until >= early && terms.At(until, wish).Percent == inTime.Percent && terms.At(until.AddSeconds(1), wish).Percent < inTime.Percent
                        : terms.At(early.AddDays(400), wish).Percent == inTime.Percent);
            });

    private static (decimal, DateTimeOffset?, DateTimeOffset?) Held(CancellationShare share) => (share.Percent, share.HoldsUntil, share.WishedAt);

    private static Gen<CancellationTerms> Situations =>
        from policy in Gen.Elements(Flexible, Moderate, Strict, NonRefundable)
        from zone in Gen.Elements(SaoPaulo, "Europe/Lisbon", "America/Noronha", "Australia/Lord_Howe")
        from booked in Gen.Choose(-30 * 86_400, 0)
        from right in Gen.Elements(true, false)
        from ceiling in Gen.Elements(100m, 50m, 33.33m, 0m)
        select new CancellationTerms(Arrival.AddDays(18), zone, CheckIn.AddDays(18).AddSeconds(booked), policy, right, ceiling);

    private static CancellationPolicyCopy Policy(string code) => new[] { Flexible, Moderate, Strict, NonRefundable }.Single(p => p.Code == code);

    private static CancellationTerms Terms(CancellationPolicyCopy policy, DateTimeOffset bookedAt) => new(Arrival, SaoPaulo, bookedAt, policy, true);

    private static (decimal, string) Rule(CancellationShare share) => (share.Percent, share.Reason);
}
