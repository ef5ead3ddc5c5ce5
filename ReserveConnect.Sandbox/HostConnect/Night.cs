using System.Runtime.InteropServices;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>One night of one room type; small, because a city has a million of them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Night
{
    /// <summary>The Host's version at the last change.</summary>
    public long Version;

    /// <summary>Price in cents; 0 where there is none of its own.</summary>
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

    /// <summary>Price in the property's currency, with two places; null: the rate plan's.</summary>
    public readonly decimal? Price => (Flags & NightFlags.Unpriced) == 0 ? new decimal(PriceCents, 0, 0, false, 2) : null;
}

/// <summary>Restrictions of a night, and whether it has a price.</summary>
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

    /// <summary>No price of its own: the rate plan's. A flag, because a number that may be missing takes as much again.</summary>
    Unpriced = 8,
}
