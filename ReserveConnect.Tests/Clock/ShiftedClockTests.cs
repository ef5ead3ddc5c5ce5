using Xunit;

namespace ReserveConnect.Tests.Clock;

public sealed class ShiftedClockTests
{
    [Fact]
    public async Task A_wait_of_an_hour_ends_when_the_clock_jumps_an_hour()
    {
        var clock = new ShiftedClock();
        var wait = Task.Delay(TimeSpan.FromHours(1), clock);

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(wait.IsCompleted);

        clock.Advance(TimeSpan.FromMinutes(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_short_wait_ends_by_itself() =>
        await Task.Delay(TimeSpan.FromMilliseconds(20), new ShiftedClock(TimeSpan.FromDays(400))).WaitAsync(TimeSpan.FromSeconds(5));

    [Fact]
    public void Clock_and_stopwatch_jump_together()
    {
        var clock = ShiftedClock.At(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var started = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(2030, clock.GetUtcNow().Year);
        Assert.InRange(clock.GetElapsedTime(started), TimeSpan.FromDays(2), TimeSpan.FromDays(2) + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_disposed_timer_does_not_fire()
    {
        var clock = new ShiftedClock();
        var fired = false;
        await clock.CreateTimer(_ => fired = true, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan).DisposeAsync();

        var later = Task.Delay(TimeSpan.FromMinutes(1), clock);
        clock.Advance(TimeSpan.FromMinutes(2));
        await later.WaitAsync(TimeSpan.FromSeconds(5));

        Assert.False(fired);
    }
}
