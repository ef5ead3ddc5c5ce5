namespace ReserveConnect.Sandbox.Hosting;

/// <summary>The real clock (or a test's) plus an offset that the control API may move. Timers are not shifted.</summary>
internal sealed class SandboxClock(TimeProvider inner, TimeSpan offset) : TimeProvider
{
    private long _offset = offset.Ticks;

    /// <summary>Added to the inner clock.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
