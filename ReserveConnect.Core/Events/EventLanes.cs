using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Events;

/// <summary>
/// Ways to the handlers that are not in each other's way. What the Host reports is read from the Host, which may be slow or silent:
/// a guest's money does not queue behind it.
/// </summary>
[Flags]
public enum EventLanes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What happened here, and what payment providers report.</summary>
    Own = 1,

    /// <summary>What the Host reports.</summary>
    Host = 2,

    /// <summary>Every event.</summary>
    All = Own | Host,
}

internal static class EventLane
{
    /// <summary>The one way of an event.</summary>
    public static EventLanes Of(string eventType) => eventType == HostChange.EventType ? EventLanes.Host : EventLanes.Own;

    /// <summary>The condition in SQL of what goes these ways.</summary>
    public static string Where(EventLanes lanes) => lanes switch
    {
        EventLanes.Own => $"event_type <> '{HostChange.EventType}'",
        EventLanes.Host => $"event_type = '{HostChange.EventType}'",
        _ => "true",
    };
}
