using System.Runtime.InteropServices;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>One night of one room type; small, because a city has a million of them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Night
{
    /// <summary>The Host's version at the last change.</summary>
    public long Version;

    /// <summary>Price in cents.</summary>
    public int PriceCents;

    /// <summary>Contingent of this channel, gross.</summary>
    public short Allotment;

    /// <summary>Sold on this channel.</summary>
    public short Sold;

    /// <summary>Least nights of a stay that arrives on this day.</summary>
    public short MinStay;

    /// <summary>Most nights of a stay that arrives on this day.</summary>
    public short MaxStay;

    /// <summary>What is closed.</summary>
    public NightFlags Flags;

    /// <summary>Whether one more can be sold.</summary>
    public readonly bool IsFree => (Flags & NightFlags.Closed) == 0 && Sold < Allotment;

    /// <summary>Price in the property's currency, with two places.</summary>
    public readonly decimal Price => new(PriceCents, 0, 0, false, 2);
}

/// <summary>Restrictions of a night.</summary>
[Flags]
internal enum NightFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Not sold.</summary>
    Closed = 1,

    /// <summary>No stay begins on this day.</summary>
    ClosedToArrival = 2,

    /// <summary>No stay ends on this day.</summary>
    ClosedToDeparture = 4,
}
