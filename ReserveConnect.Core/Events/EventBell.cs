namespace ReserveConnect.Events;

/// <summary>
/// Rung after a commit that appended events, so that whoever hands them out looks at once instead of at the next round.
/// Ringing twice before they looked is ringing once.
/// </summary>
public sealed class EventBell
{
    private TaskCompletionSource _own = Silent();
    private TaskCompletionSource _host = Silent();
    private TaskCompletionSource _any = Silent();

    /// <summary>Says that there are events on these ways.</summary>
    public void Ring(EventLanes lanes)
    {
        Ring(lanes, EventLanes.Own, ref _own);
        Ring(lanes, EventLanes.Host, ref _host);
        Ring(lanes, EventLanes.All, ref _any);
    }

    /// <summary>Ends at the next ring on one of these ways. Asked for before looking, so that no ring is missed.</summary>
    public Task Next(EventLanes lanes) => lanes switch
    {
        EventLanes.Own => Volatile.Read(ref _own).Task,
        EventLanes.Host => Volatile.Read(ref _host).Task,
        _ => Volatile.Read(ref _any).Task,
    };

    private static void Ring(EventLanes lanes, EventLanes listened, ref TaskCompletionSource next)
    {
        if ((lanes & listened) != EventLanes.None)
        {
            Interlocked.Exchange(ref next, Silent()).SetResult();
        }
    }

    private static TaskCompletionSource Silent() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
