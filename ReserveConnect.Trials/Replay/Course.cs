namespace ReserveConnect.Trials.Replay;

/// <summary>
/// What comes of the steps that guests took: what they count as, what they lead to, which rooms they take or free, and how each
/// booking has to end. It decides by the turns alone.
/// </summary>
internal sealed class Course(Agenda agenda, RoomBook rooms, Tally tally)
{
    /// <summary>What a guest is told who comes too late for a room.</summary>
    public const string SoldOut = "not_available";

    /// <summary>Stays are completed 14 days after the guest left (the default of <c>Reserve:Stays:ReviewTime</c>), at the next noon.</summary>
    private const int DaysToReview = 15;

    private readonly Dictionary<string, string> _ends = new(StringComparer.Ordinal);

    /// <summary>How each booking has to end, by its code.</summary>
    public IReadOnlyDictionary<string, string> Ends => _ends;

    /// <summary>Bookings that were asked for so far.</summary>
    public int Begun { get; private set; }

    /// <summary>Notes what came of a step on a day.</summary>
    public void Note(Turn turn, DateOnly day)
    {
        if (turn.Step == Step.Book)
            Begun++;
        if (turn.Refusal is { } code)
            Refused(turn, code);
        else if (turn.IsBegun && !turn.IsDone)
            tally.Count(Tally.Trouble, turn.Step == Step.Book ? "paid and not booked" : "paid and not changed");
        else if (turn.IsDone)
            Done(turn, day);
        else if (turn.Step == Step.CheckIn && turn.Guest.Stay.CheckIn > day)
            agenda.Add(turn.Guest.Stay.CheckIn, turn.Guest, Step.CheckIn);
        if (turn.Step == Step.Change)
            turn.Guest.EndChange();
    }

    // Only who may come too late for a last room may be refused, and only for that.
    private void Refused(Turn turn, string code)
    {
        var isTooLate = code == SoldOut && !turn.IsSure;
        switch (turn.Step)
        {
            case Step.Book when isTooLate:
                tally.Count(Tally.NotBooked, "turned away");
                break;
            case Step.Change when isTooLate || code == Turn.NothingToChange:
                tally.Count(Tally.NotChanged, code);
                break;
            default:
                tally.Count(Tally.Trouble, $"{Word(turn.Step)} refused: {code}{(code == SoldOut ? ", though there was a room" : "")}");
                break;
        }
    }

    private void Done(Turn turn, DateOnly day)
    {
        var guest = turn.Guest;
        tally.Count(Tally.Done, Word(turn.Step));
        switch (turn.Step)
        {
            case Step.Book:
                Booked(turn, day);
                break;
            case Step.Change:
                rooms.Take(guest.Kind, turn.Nights);
                rooms.Free(guest.Kind, guest.Stay.Nights.Except(turn.Wanted!.Nights));
                guest.Stay = turn.Wanted!;
                break;
            case Step.Cancel:
                rooms.Free(guest.Kind, guest.Stay.Nights);
                _ends[guest.Code!] = "cancelled";
                break;
            case Step.CheckIn:
                agenda.Add(guest.LeavesOn > day ? guest.LeavesOn : day, guest, Step.CheckOut);
                break;
            case Step.CheckOut:
                agenda.AddTimers(day.AddDays(DaysToReview));
                _ends[guest.Code!] = "completed";
                break;
        }
    }

    private void Booked(Turn turn, DateOnly day)
    {
        var guest = turn.Guest;
        rooms.Take(guest.Kind, turn.Nights);
        foreach (var (later, step) in guest.Later)
            agenda.Add(later > day ? later : day, guest, step);
        // Of who is to come or to cancel it is not over; whoever does neither has to become a no-show.
        _ends[guest.Code!] = guest.NeverComes is null ? "confirmed" : "no_show";
        if (guest.NeverComes is not { } arrival)
            return;
        // And a day later, should the change that was to bring the arrival forward have been refused.
        agenda.AddTimers(arrival.AddDays(1));
        agenda.AddTimers(arrival.AddDays(2));
    }

    private static string Word(Step step) => step switch
    {
        Step.Book => "booked",
        Step.Change => "changed",
        Step.Cancel => "cancelled",
        Step.CheckIn => "checked in",
        _ => "checked out",
    };
}
