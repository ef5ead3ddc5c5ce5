using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Replay;
using Xunit;

namespace ReserveConnect.Tests.Trials;

/// <summary>What the replay makes of what its guests were told.</summary>
public sealed class CourseTests
{
    private static readonly DateOnly Day = new(2016, 7, 7);
    private static readonly RoomKind Kind = new("A", 1, 100m, 4);

    private readonly Agenda _agenda = new();
    private readonly Tally _tally = new();

    [Theory]
    [InlineData(nameof(Step.Book), Course.SoldOut, false, Tally.NotBooked)]
    [InlineData(nameof(Step.Book), Course.SoldOut, true, Tally.Trouble)]
    [InlineData(nameof(Step.Book), "too_many_requests", false, Tally.Trouble)]
    [InlineData(nameof(Step.Change), Course.SoldOut, false, Tally.NotChanged)]
    [InlineData(nameof(Step.Change), Course.SoldOut, true, Tally.Trouble)]
    [InlineData(nameof(Step.Change), "payment_disputed", false, Tally.Trouble)]
    [InlineData(nameof(Step.Cancel), "already_cancelled", true, Tally.Trouble)]
    [InlineData(nameof(Step.CheckIn), "stay_not_begun", true, Tally.Trouble)]
    public void Only_who_may_come_too_late_for_a_last_room_may_be_refused(string step, string code, bool isSure, string counted)
    {
        var turn = Turn.Of(GuestOf(RealEnd.CameAndLeft), Enum.Parse<Step>(step));
        (turn.Refusal, turn.IsSure) = (code, isSure);

        NewCourse().Note(turn, Day);

        Assert.Equal(1, _tally.Of(counted).Values.Sum());
    }

    [Fact]
    public void Who_paid_and_has_no_booking_is_trouble()
    {
        var turn = Turn.Of(GuestOf(RealEnd.CameAndLeft), Step.Book);
        turn.IsBegun = true;

        NewCourse().Note(turn, Day);

        Assert.Equal(["paid and not booked"], _tally.Of(Tally.Trouble).Keys);
    }

    [Theory]
    [InlineData(nameof(RealEnd.CameAndLeft), "confirmed")]
    [InlineData(nameof(RealEnd.NoShow), "no_show")]
    [InlineData(nameof(RealEnd.Cancelled), "confirmed")]
    public void A_booking_has_to_end_as_its_row_says_once_the_steps_are_taken(string name, string after)
    {
        var end = Enum.Parse<RealEnd>(name);
        var course = NewCourse();
        var guest = GuestOf(end);

        Take(course, guest, Step.Book);
        Assert.Equal(after, course.Ends["CODE"]);

        if (end == RealEnd.Cancelled)
            Take(course, guest, Step.Cancel);
        if (end == RealEnd.CameAndLeft)
            Take(course, guest, Step.CheckOut);
        Assert.Equal(end switch { RealEnd.Cancelled => "cancelled", RealEnd.NoShow => "no_show", _ => "completed" }, course.Ends["CODE"]);
    }

    private Course NewCourse() => new(_agenda, new RoomBook(), _tally);

    private static void Take(Course course, Guest guest, Step step)
    {
        var turn = Turn.Of(guest, step);
        turn.IsBegun = turn.IsDone = true;
        course.Note(turn, Day);
    }

    private static Guest GuestOf(RealEnd end)
    {
        var stay = new Wanted(Day.AddDays(3), Day.AddDays(5), new Party(2));
        var changed = stay with { CheckOut = Day.AddDays(6) };
        var real = new RealBooking(1, 3, stay.CheckIn, 2, 2, 0, 0, "Direct", "A", 1, end, stay.CheckOut, 100m);
        return new(new Plan(real, Kind, ByPix: false, 1, [stay, changed], Day, [Day], end == RealEnd.Cancelled ? Day.AddDays(1) : null), 0) { Code = "CODE" };
    }
}
