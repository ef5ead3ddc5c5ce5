using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Timers;

/// <summary>Runs one timer's function whenever its schedule says so, never twice at once.</summary>
internal sealed class TimerLoop(
    LoadedFunction function,
    TimerSchedule schedule,
    TimerStatusStore? store,
    FunctionRunner runner,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    // Timers cannot be set for longer than some weeks, and a clock may be corrected meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    // A run that starts within this of its time is not past due: a busy machine is not a missed run.
    private static readonly TimeSpan OnTime = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly TimerTriggerAttribute _trigger = (TimerTriggerAttribute)function.Trigger;
    private TimerStatus _status = new(null, time.GetUtcNow().UtcDateTime);

    public string Name => function.Name;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Reads when the timer last ran; without it the timer counts from now.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var now = Now;
        _status = store is null ? new TimerStatus(null, now) : await store.ReadAsync(Name, now, cancellationToken);
        if ((_status.LastRun ?? _status.UpdatedAt) <= now)
            return;

        // The last run was under a clock that was ahead of this one: waiting for it to come again could take years.
        logger.LogWarning("Timer {Timer} was last seen at {LastSeen:u}, which is yet to come; it counts from now", Name, _status.LastRun ?? _status.UpdatedAt);
        _status = new TimerStatus(null, now);
    }

    /// <summary>Waits and runs until cancelled. What the function throws is logged, and the next run comes as if nothing had been.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            var due = schedule.Next(_status.LastRun ?? _status.UpdatedAt);
            if (_trigger.RunOnStartup && due > Now)
                due = await RunDueAsync(false, stopping);

            while (true)
            {
                await UntilAsync(due, stopping);
                due = await RunDueAsync(Now - due > OnTime, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Runs the function now, after a run that may be under way; what it throws comes out. The schedule is not touched.</summary>
    public async Task RunNowAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await runner.RunAsync(function, Info(Now, false), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <returns>When it is due next.</returns>
    private async Task<DateTime> RunDueAsync(bool isPastDue, CancellationToken stopping)
    {
        await _one.WaitAsync(stopping);
        var started = Now;
        try
        {
            await runner.RunAsync(function, Info(started, isPastDue), stopping);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // The runner has logged it; the next run comes as scheduled.
        }
        finally
        {
            _one.Release();
        }

        // From the start of this run: what came due during it is made up for, once.
        await KeepAsync(started);
        return schedule.Next(started);
    }

    private async Task KeepAsync(DateTime lastRun)
    {
        _status = new TimerStatus(lastRun, Now);
        if (store is null)
            return;

        try
        {
            // Also while the host stops: a run that came to its end is not to be repeated at the next start.
            await store.WriteAsync(Name, lastRun, _status.UpdatedAt, CancellationToken.None);
        }
        catch (NpgsqlException failure)
        {
            logger.LogWarning(failure, "The last run of timer {Timer} could not be kept; if the host restarts before the next, it is run once more", Name);
        }
    }

    private async Task UntilAsync(DateTime due, CancellationToken stopping)
    {
        for (var left = due - Now; left > TimeSpan.Zero; left = due - Now)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var ring = Task.Delay(left < LongestWait ? left : LongestWait, time, wait.Token);
            // A clock that was set forward just before the wait began has made it too long: it is begun again.
            if (left - (due - Now) < OnTime)
                await ring;
            else
                await wait.CancelAsync();
        }
    }

    private TimerInfo Info(DateTime now, bool isPastDue) => new()
    {
        IsPastDue = isPastDue,
        ScheduleStatus = _trigger.UseMonitor
            ? new ScheduleStatus { Last = _status.LastRun ?? DateTime.MinValue, Next = schedule.Next(now), LastUpdated = _status.UpdatedAt }
            : null,
    };
}
