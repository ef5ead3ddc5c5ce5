namespace ReserveConnect.Trials.Replay;

/// <summary>A step that a guest takes now.</summary>
/// <param name="Wanted">Of a change: what it is to make of the stay.</param>
/// <param name="Nights">Those that it takes and the guest does not have.</param>
internal sealed record Turn(Guest Guest, Step Step, Wanted? Wanted, IReadOnlyList<DateOnly> Nights)
{
    /// <summary>The change was to undo one that was refused.</summary>
    public const string NothingToChange = "nothing to change after an earlier refusal";

    /// <summary>There is a room for everybody who asks for one of its nights now.</summary>
    public bool IsSure { get; set; }

    /// <summary>It was asked for and not refused.</summary>
    public bool IsBegun { get; set; }

    /// <summary>The code of the refusal; null: there was none.</summary>
    public string? Refusal { get; set; }

    /// <summary>Begun, and not decided yet.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>It was done.</summary>
    public bool IsDone { get; set; }

    public static Turn Of(Guest guest, Step step)
    {
        var wanted = step == Step.Change ? guest.NextWanted : null;
        return new(guest, step, wanted, step switch
        {
            Step.Book => [.. guest.Stay.Nights],
            Step.Change => [.. wanted!.Nights.Except(guest.Stay.Nights)],
            _ => [],
        });
    }
}
