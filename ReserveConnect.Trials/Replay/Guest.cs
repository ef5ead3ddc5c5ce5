using ReserveConnect.Trials.Guests;

namespace ReserveConnect.Trials.Replay;

/// <summary>What is done of a booking on a day.</summary>
internal enum Step
{
    Book,
    Change,
    Cancel,
    CheckIn,
    CheckOut,
}

/// <summary>Somebody of whom a row tells, and how far they are. Their days are those of the replay.</summary>
/// <param name="plan">What becomes of them.</param>
/// <param name="shift">Days from the file's to the replay's.</param>
internal sealed class Guest(Plan plan, int shift)
{
    /// <summary>How long Mercado Pago gives a PIX payment back.</summary>
    private const int PixDays = 90;

    private int _changes;

    public Plan Plan { get; } = plan;

    public RoomKind Kind => Plan.Kind;

    /// <summary>What their e-mail address begins with.</summary>
    public string Name { get; } = $"guest{plan.Real.Row}";

    /// <summary>The booking intent that is under way: of the booking, then of the change that is made.</summary>
    public Guid IntentId { get; set; }

    /// <summary>What proves the booking to be theirs.</summary>
    public string? Token { get; set; }

    /// <summary>UTC instant after which another one is asked for.</summary>
    public DateTimeOffset TokenEnds { get; set; }

    /// <summary>Once it is confirmed.</summary>
    public string? Code { get; set; }

    /// <summary>What they have.</summary>
    public Wanted Stay { get; set; } = plan.Stays[0].Shifted(shift);

    public DateOnly BookedOn => Plan.BookedOn.AddDays(shift);

    /// <summary>What becomes of it after the booking, by day.</summary>
    public IEnumerable<(DateOnly Day, Step Step)> Later
    {
        get
        {
            foreach (var day in Plan.ChangedOn)
                yield return (day.AddDays(shift), Step.Change);
            if (Plan.CancelledOn is { } cancelled)
                yield return (cancelled.AddDays(shift), Step.Cancel);
            else if (Plan.Real.End == RealEnd.CameAndLeft)
                yield return (Plan.Real.Arrival.AddDays(shift), Step.CheckIn);
        }
    }

    /// <summary>The day of an arrival to which nobody comes; null: they come, or have cancelled by then.</summary>
    public DateOnly? NeverComes => Plan.Real.End == RealEnd.NoShow ? Plan.Real.Arrival.AddDays(shift) : null;

    /// <summary>When they leave: as the file says, and no later than they have booked.</summary>
    public DateOnly LeavesOn => Plan.Real.EndedOn.AddDays(shift) is var real && real < Stay.CheckOut ? real : Stay.CheckOut;

    /// <summary>What the next change is to make of the stay.</summary>
    public Wanted NextWanted => Plan.Stays[_changes + 1].Shifted(shift);

    /// <summary>The last day on which they booked or changed; null: they have not.</summary>
    public DateOnly? ActedOn { get; set; }

    /// <summary>How many changes are over.</summary>
    public int ChangesOver => _changes;

    /// <summary>Whether some of what they paid is so old on a day that Mercado Pago does not give it back any more.</summary>
    public bool HasOldPix(DateOnly day) => Plan.ByPix && day.DayNumber - BookedOn.DayNumber >= PixDays;

    /// <summary>The next change is over, whether it was made or not.</summary>
    public void EndChange() => _changes++;
}
