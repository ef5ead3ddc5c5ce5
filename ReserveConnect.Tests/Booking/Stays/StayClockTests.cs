using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Booking.Stays;
using Xunit;

namespace ReserveConnect.Tests.Booking.Stays;

/// <summary>When a stay is due for something, to the second, wherever it is and whatever its clocks do.</summary>
public sealed class StayClockTests
{
    private static readonly string[] Zones =
    [
        "America/Sao_Paulo", "America/Noronha", "America/Manaus", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
        "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC",
    ];

    [Theory]
    [InlineData("America/Sao_Paulo", "2026-12-01", "2026-12-02T15:00:00Z")]
    [InlineData("America/Manaus", "2026-12-01", "2026-12-02T16:00:00Z")]
    [InlineData("Pacific/Kiritimati", "2026-12-01", "2026-12-01T22:00:00Z")]
    [InlineData("Pacific/Pago_Pago", "2026-12-01", "2026-12-02T23:00:00Z")]
    // The night between them has 23 hours, then 25: noon is noon.
    [InlineData("Europe/Lisbon", "2026-03-28", "2026-03-29T11:00:00Z")]
    [InlineData("Europe/Lisbon", "2026-10-24", "2026-10-25T12:00:00Z")]
    [InlineData("America/New_York", "2026-03-07", "2026-03-08T16:00:00Z")]
    [InlineData("America/New_York", "2026-10-31", "2026-11-01T17:00:00Z")]
    // When São Paulo still had summer time, its clocks changed at midnight.
    [InlineData("America/Sao_Paulo", "2018-11-03", "2018-11-04T14:00:00Z")]
    [InlineData("America/Sao_Paulo", "2019-02-16", "2019-02-17T15:00:00Z")]
    public void Nobody_counts_as_not_coming_a_second_before_noon_of_the_day_after(string zone, string day, string noon)
    {
        var (checkIn, at) = (DateOnly.Parse(day, null), DateTimeOffset.Parse(noon, null));

        Assert.False(StayClock.IsNoShow(checkIn, at.AddSeconds(-1), zone));
        Assert.True(StayClock.IsNoShow(checkIn, at, zone));
        Assert.False(StayClock.HasLeft(checkIn, at.AddSeconds(-1), zone));
        Assert.True(StayClock.HasLeft(checkIn, at, zone));
    }

    [Property(MaxTest = 300)]
    public Property Once_somebody_does_not_come_they_never_come_again() => Prop.ForAll(
        Instants(), Gen.Choose(0, 200_000).ToArbitrary(), (at, later) =>
        {
            var (zone, now) = at;
            var checkIn = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);
            return !StayClock.IsNoShow(checkIn, now, zone) || StayClock.IsNoShow(checkIn, now.AddSeconds(later), zone);
        });

    [Property(MaxTest = 300)]
    public Property The_nights_given_back_are_never_those_that_are_over_and_never_the_first() => Prop.ForAll(
        Instants(), Gen.Choose(1, 30).ToArbitrary(), (at, nights) =>
        {
            var (zone, now) = at;
            var checkIn = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-2);
            var checkOut = checkIn.AddDays(nights);
            return !StayClock.IsNoShow(checkIn, now, zone)
                || StayClock.FreeFrom(checkOut, now, zone) is not { } from
                || (from > checkIn && from < checkOut && from >= DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1));
        });

    [Property(MaxTest = 300)]
    public Property Whoever_does_not_come_gives_no_notice() => Prop.ForAll(Instants(), at =>
    {
        var (zone, now) = at;
        var checkIn = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);
        return !StayClock.IsNoShow(checkIn, now, zone) || StayClock.Notice(checkIn, now, zone) < TimeSpan.FromHours(-20);
    });

    [Fact]
    public void Notice_is_counted_to_two_in_the_afternoon_of_the_city()
    {
        var checkIn = new DateOnly(2026, 12, 1);
        Assert.Equal(TimeSpan.Zero, StayClock.Notice(checkIn, DateTimeOffset.Parse("2026-12-01T17:00:00Z", null), "America/Sao_Paulo"));
        Assert.Equal(TimeSpan.FromHours(24), StayClock.Notice(checkIn, DateTimeOffset.Parse("2026-11-30T17:00:00Z", null), "America/Sao_Paulo"));
    }

    // Instants of two years in which clocks change, to the second, in any of the zones.
    private static Arbitrary<(string Zone, DateTimeOffset At)> Instants() =>
        (from zone in Gen.Elements(Zones)
         from second in Gen.Choose(0, 2 * 365 * 86_400)
         select (zone, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second))).ToArbitrary();
}
