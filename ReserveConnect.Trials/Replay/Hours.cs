namespace ReserveConnect.Trials.Replay;

/// <summary>
/// At which hour of its day a step is taken. What is decided by days (the seven of the right of withdrawal, the ninety in which PIX
/// can be given back, the tiers of a policy, counted to 14:00) is decided hours apart here, never by how fast a day went.
/// </summary>
internal static class Hours
{
    /// <summary>After noon: whoever has not come the day before does not come any more.</summary>
    public static readonly TimeOnly Noon = new(12, 1);

    private static readonly TimeOnly _booking = new(13, 0);

    /// <summary>Of those who have booked or changed that day.</summary>
    private static readonly TimeOnly _last = new(13, 30);

    // The first, the second, the third of a booking: what one paid is not given back by the next one on its very minute.
    private static readonly TimeOnly[] _changes = [new(12, 40), new(12, 35), new(12, 30)];

    /// <summary>In their order.</summary>
    public static IReadOnlyList<TimeOnly> All { get; } = [Noon, .. _changes.Order(), _booking, _last];

    /// <summary>The hour of what a guest does next on a day.</summary>
    public static TimeOnly Of(Guest guest, Step step, DateOnly day) => step switch
    {
        _ when guest.ActedOn == day => _last,
        Step.Book => _booking,
        Step.Change => _changes[guest.ChangesOver],
        _ => Noon,
    };
}
