namespace ReserveConnect.Trials.World;

/// <summary>
/// The minute timers of the functions, which do not run by themselves here: they are struck when the clock jumps over their minute, and
/// run while what the jump wakes runs.
/// </summary>
internal sealed class MinuteTimers(TrialWorld world)
{
    private static readonly string[] _jobs = ["expire_intents", "poll_pending_payments", "seal_ledger"];
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private DateTimeOffset _next;
    private Task _running = Task.CompletedTask;

    /// <summary>How often they were struck.</summary>
    public int Strikes { get; private set; }

    /// <summary>Whether they run now.</summary>
    /// <exception cref="Launcher.LauncherException">One of them failed.</exception>
    public bool AreRunning
    {
        get
        {
            if (_running.IsFaulted)
                _running.GetAwaiter().GetResult();
            return !_running.IsCompleted;
        }
    }

    /// <summary>The clock is about to jump to an instant.</summary>
    public void Strike(DateTimeOffset to, CancellationToken cancellation)
    {
        if (to < _next || AreRunning)
            return;
        _next = to + _period;
        Strikes++;
        _running = Task.WhenAll(_jobs.Select(job => world.RunJobAsync(job, cancellation)));
    }
}
