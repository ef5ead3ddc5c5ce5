namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>A clock that stands still until a test moves it; what is due then fires at once.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = start;

    public ManualTime()
        : this(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Moves the clock forward and fires what is due, on this thread, in order.</summary>
    public void Advance(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
        }

        while (Next() is { } due)
            due.Fire();
    }

    private Alarm? Next()
    {
        lock (_gate)
        {
            return _alarms.Where(alarm => alarm.At <= _now).MinBy(alarm => alarm.At);
        }
    }

    private sealed class Alarm(ManualTime clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset At { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                clock._alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;

                At = clock._now + dueTime;
                clock._alarms.Add(this);
                return true;
            }
        }

        public void Fire()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                if (_period > TimeSpan.Zero)
                {
                    // As a real timer: what was missed while the clock jumped is not made up for.
                    At = clock._now + _period;
                    clock._alarms.Add(this);
                }
            }

            callback(state);
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
