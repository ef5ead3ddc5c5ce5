namespace ReserveConnect.Clock;

/// <summary>The real clock, shifted by a fixed offset (<c>Reserve:Clock:Offset</c>), for sandbox runs.</summary>
public sealed class OffsetClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
