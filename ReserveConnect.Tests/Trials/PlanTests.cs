using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Replay;
using Xunit;

namespace ReserveConnect.Tests.Trials;

public sealed class PlanTests
{
    private static readonly DateOnly Day = new(2016, 7, 20);

    private static readonly RealBooking Booking = new(7, 10, Day, 3, 2, 1, 0, "Online TA", "A", 0, RealEnd.CameAndLeft, Day.AddDays(3), 80m);

    private static readonly Hotel House = Hotel.Of([Booking]);

    [Fact]
    public void A_type_has_as_many_rooms_as_its_fullest_night_needs()
    {
        var hotel = Hotel.Of(
        [
            Booking,
            Booking with { Arrival = Day.AddDays(2), Adults = 4, Rate = 0 },
            Booking with { Arrival = Day.AddDays(3), Rate = 100 },
            Booking with { End = RealEnd.Cancelled, Adults = 9, Rate = 90 },
            Booking with { RoomType = "B", End = RealEnd.Cancelled, Rate = 0 },
            Booking with { RoomType = "C", Nights = 0 },
        ]);

        Assert.Equal([new("A", 2, 90m, 5), new("B", 1, 10m, 2)], hotel.Kinds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void After_its_changes_a_booking_is_what_the_file_says(int changes)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var plan = Plan.Of(Booking with { Changes = changes }, House, seed, 365);

            Assert.Equal(Math.Min(changes, Plan.MostChanges), plan.ChangedOn.Count);
            Assert.Equal(plan.ChangedOn.Count + 1, plan.Stays.Count);
            Assert.Equal(new Wanted(Day, Day.AddDays(3), new Party(2, 1)), plan.Stays[^1]);
            Assert.All(plan.Stays.Zip(plan.Stays.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
            // Nobody is turned away at first for more than the file says.
            Assert.True(plan.Stays[0].CheckIn >= Day && plan.Stays[0].CheckOut <= Day.AddDays(3));
            Assert.True(plan.ChangedOn.SequenceEqual(plan.ChangedOn.Order()) && plan.ChangedOn.All(day => day >= plan.BookedOn && day <= Day));
        }
    }

    [Fact]
    public void The_same_seed_plans_the_same_and_another_something_else()
    {
        static string Drawn(int seed) => string.Join(' ', Enumerable.Range(1, 50).Select(row => string.Join(',', Plan.Of(Booking with { Row = row, Changes = 3 }, House, seed, 365).Stays)));

        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
    }

    [Fact]
    public void What_was_booked_further_ahead_than_stays_are_sold_is_booked_and_cancelled_as_early_as_can_be()
    {
        var plan = Plan.Of(Booking with { LeadTime = 700, End = RealEnd.Cancelled, EndedOn = Day.AddDays(-600) }, House, 1, 365);

        Assert.Equal(Day.AddDays(3 + 1 - 365), plan.BookedOn);
        Assert.Equal(plan.BookedOn, plan.CancelledOn);
    }

    [Fact]
    public void A_row_that_is_no_stay_says_why()
    {
        Assert.Equal("no night", Plan.NoStay(Booking with { Nights = 0 }, House));
        Assert.Equal("no adult", Plan.NoStay(Booking with { Adults = 0 }, House));
        Assert.Equal("ended before it was booked", Plan.NoStay(Booking with { EndedOn = Booking.BookedOn.AddDays(-1) }, House));
        Assert.StartsWith("a party larger", Plan.NoStay(Booking with { Adults = 26 }, House), StringComparison.Ordinal);
        Assert.Null(Plan.NoStay(Booking, House));
    }

    [Fact]
    public void Who_might_race_for_a_last_room_is_known_beforehand()
    {
        var (kind, rooms, nights) = (new RoomKind("A", 2, 80m, 2), new RoomBook(), new[] { Day, Day.AddDays(1) });
        rooms.Take(kind, nights);

        rooms.Want(kind, nights);
        var alone = rooms.SufficesFor(kind, nights);
        rooms.Want(kind, nights[1..]);

        Assert.True(alone);
        Assert.False(rooms.SufficesFor(kind, nights));
        Assert.True(rooms.SufficesFor(kind, nights[..1]));
        rooms.Free(kind, nights);
        Assert.True(rooms.SufficesFor(kind, nights));
    }
}
