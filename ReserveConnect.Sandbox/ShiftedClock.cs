using System.Collections.Concurrent;

namespace ReserveConnect.Sandbox;

/// <summary>
/// The real clock plus an offset that whoever drives a run may move forward. It goes on ticking by itself; when it jumps, every timer
/// made by it whose time has come fires, as if the time had passed.
/// </summary>
/// <param name="offset">Where the clock starts, ahead of the real one.</param>
public sealed class ShiftedClock(TimeSpan offset = default) : TimeProvider
{
    private readonly ConcurrentDictionary<ShiftedTimer, byte> _timers = new();
    private long _offset = offset.Ticks;

    /// <summary>A clock that shows the given instant now.</summary>
    public static ShiftedClock At(DateTimeOffset instant) => new(instant - System.GetUtcNow());

    /// <summary>How far ahead of the real clock this one is.</summary>
    public TimeSpan Offset => new(Interlocked.Read(ref _offset));

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + (long)(Offset.TotalSeconds * TimestampFrequency);

    /// <summary>Moves the clock forward.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative: time does not run backwards.</exception>
    public void Advance(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero);
        Interlocked.Add(ref _offset, step.Ticks);
        foreach (var timer in _timers.Keys)
            timer.Reschedule();
    }

    /// <summary>Moves the clock forward to the given instant.</summary>
    public void AdvanceTo(DateTimeOffset instant) => Advance(instant - GetUtcNow());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new ShiftedTimer(this, callback, state, dueTime, period);
    }

    /// <summary>A real timer, set anew whenever the clock jumps.</summary>
    private sealed class ShiftedTimer : ITimer
    {
        private readonly ShiftedClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _real;
        private readonly Lock _gate = new();
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public ShiftedTimer(ShiftedClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _clock = clock;
            _callback = callback;
            _state = state;
            _real = System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            clock._timers[this] = 0;
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _period = period;
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.GetUtcNow() + dueTime;
                return Set();
            }
        }

        public void Reschedule()
        {
            lock (_gate)
                Set();
        }

        public void Dispose()
        {
            _clock._timers.TryRemove(this, out _);
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _clock._timers.TryRemove(this, out _);
            return _real.DisposeAsync();
        }

        private void Fire()
        {
            lock (_gate)
            {
                if (_due is not { } due)
                    return;

                if (due > _clock.GetUtcNow())
                {
                    // The real timer may fire a little early.
                    Set();
                    return;
                }

                _due = _period > TimeSpan.Zero ? _clock.GetUtcNow() + _period : null;
                Set();
            }

            _callback(_state);
        }

        private bool Set()
        {
            if (_due is not { } due)
                return _real.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

            var left = due - _clock.GetUtcNow();
            return _real.Change(left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
