using Dapper;
using Npgsql;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>
/// Many lanes at once in one world. The clock is moved only when every lane waits and nothing is under way any more, and then
/// at once to the next instant that somebody waits for: nobody sleeps, and what falls due together falls due together.
/// </summary>
internal sealed class Round(TrialWorld world)
{
    /// <summary>Instants so close together are one: holds of a round end seconds apart.</summary>
    private static readonly TimeSpan _together = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Timers so close together are one jump, where nobody waits for an instant between them. As long as nobody gets what is waited for,
    /// each jump is twice as wide: who asks every half minute whether somebody is heard again need not be seen asking each time.
    /// </summary>
    private static readonly TimeSpan _shortestStride = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestStride = TimeSpan.FromMinutes(2);

    /// <summary>What is done just before a jump has so long to be on its way.</summary>
    private static readonly TimeSpan _headStart = TimeSpan.FromMilliseconds(8);

    // A look asks nobody but this process, until it may be over.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan _betweenLastLooks = TimeSpan.FromMilliseconds(2);

    /// <summary>A round that has not come to its end by then, in real time, is broken; each lane has a share of it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _patienceOfALane = TimeSpan.FromSeconds(1);

    /// <summary>Jumps of a round; each goes to an instant that something waits for.</summary>
    private const int MostJumps = 1_000;

    private readonly Lock _gate = new();
    private readonly List<ClockWait> _clockWaits = [];
    private readonly List<StatusWait> _statusWaits = [];
    private readonly Quiet _quiet = new(world);
    private readonly MinuteTimers _timers = new(world);
    private TimeSpan _stride = _shortestStride;
    private int _running;

    /// <summary>How often the clock was moved.</summary>
    public int Jumps { get; private set; }

    /// <summary>How often the minute timers ran.</summary>
    public int Strikes => _timers.Strikes;

    /// <summary>UTC day on which it began.</summary>
    public DateOnly Today { get; } = DateOnly.FromDateTime(world.Clock.GetUtcNow().UtcDateTime);

    /// <summary>Runs all lanes to their end, and then the world until nothing is left to do.</summary>
    /// <returns>What did not come to rest; empty: everything did.</returns>
    public async Task<IReadOnlySet<Guid>> RunAsync(IReadOnlyList<Lane> lanes, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var patience = _patience + (lanes.Count * _patienceOfALane);
        bool IsOutOfTime() => Jumps >= MostJumps || TimeProvider.System.GetElapsedTime(begun) > patience;
        _running = lanes.Count;
        var all = Task.WhenAll(lanes.Select(lane => Task.Run(() => RunLaneAsync(lane), cancellation)));
        await using var connection = await world.Records.OpenConnectionAsync(cancellation);
        while (!all.IsCompleted)
        {
            await LookAgainAsync(cancellation);
            if (IsOutOfTime())
                Abandon();
            else if (!AllWait() || !IsStill)
                _quiet.IsNot();
            else if (!await LookAtStatusesAsync(connection) && await _quiet.IsItAsync(connection) && AllWait())
                await MoveOnAsync(connection, cancellation);
        }

        await all;
        var rest = new Rest(world, connection, lanes);
        while (true)
        {
            await LookAgainAsync(cancellation);
            if (IsOutOfTime())
                return await rest.RestlessAsync();
            if (!IsStill)
                _quiet.IsNot();
            else if (await _quiet.IsItAsync(connection))
            {
                if (await rest.IsReachedAsync())
                    return new HashSet<Guid>();
                JumpTo(world.Clock.GetUtcNow() + await rest.StepAsync(), cancellation);
            }
        }
    }

    /// <summary>Waits for the clock.</summary>
    public Task ReachAsync(DateTimeOffset instant, bool justBefore)
    {
        var wait = new ClockWait(instant, justBefore, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _clockWaits.Add(wait);
            _running--;
        }

        return wait.Over.Task;
    }

    /// <summary>Waits for a status of an intent.</summary>
    public Task<string> ReachAsync(Guid intentId, string[] statuses)
    {
        var wait = new StatusWait(intentId, statuses, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _statusWaits.Add(wait);
            _running--;
        }

        return wait.Over.Task;
    }

    private bool IsStill => !_timers.AreRunning && _quiet.IsStill;

    private Task LookAgainAsync(CancellationToken cancellation) =>
        Task.Delay(_quiet.MayBe ? _betweenLastLooks : _betweenLooks, TimeProvider.System, cancellation);

    private async Task RunLaneAsync(Lane lane)
    {
        await lane.RunAsync();
        lock (_gate)
            _running--;
    }

    private bool AllWait()
    {
        lock (_gate)
            return _running == 0 && _clockWaits.Count + _statusWaits.Count > 0;
    }

    // Returns whether somebody goes on.
    private async Task<bool> LookAtStatusesAsync(NpgsqlConnection connection)
    {
        StatusWait[] waits;
        lock (_gate)
            waits = [.. _statusWaits];
        if (waits.Length == 0)
            return false;
        var statuses = (await connection.QueryAsync<(Guid Id, string Status)>(
            "SELECT id, status FROM reserve.booking_intents WHERE id = ANY(@ids) AND status = ANY(@wanted)",
            new { ids = waits.Select(wait => wait.IntentId).ToArray(), wanted = waits.SelectMany(wait => wait.Statuses).Distinct().ToArray() })).ToDictionary();
        var met = waits.Where(wait => statuses.TryGetValue(wait.IntentId, out var status) && wait.Statuses.Contains(status)).ToList();
        foreach (var wait in met)
            Release(_statusWaits, wait, () => wait.Over.SetResult(statuses[wait.IntentId]));
        return met.Count > 0;
    }

    private void Release<T>(List<T> waits, T wait, Action go)
    {
        lock (_gate)
        {
            waits.Remove(wait);
            _running++;
            _stride = _shortestStride;
        }

        go();
    }

    // Somebody waits for a status: what brings it about is the next timer. Else all wait for the clock.
    private async Task MoveOnAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        ClockWait[] waits;
        bool awaitsStatus;
        lock (_gate)
            (waits, awaitsStatus) = ([.. _clockWaits.OrderBy(wait => wait.Instant)], _statusWaits.Count > 0);
        if (awaitsStatus && await _quiet.NextAsync(connection) is { } next && (waits.Length == 0 || next < waits[0].Instant))
        {
            JumpTo(waits.Length > 0 && next + _stride >= waits[0].Instant ? next : next + _stride, cancellation);
            _stride = _stride * 2 < _longestStride ? _stride * 2 : _longestStride;
            return;
        }

        if (waits.Length == 0)
        {
            // Nothing will ever bring it about, unless it came about since somebody looked.
            if (IsStill && !await LookAtStatusesAsync(connection))
                Abandon();
            return;
        }

        var due = waits.TakeWhile(wait => wait.Instant <= waits[0].Instant + _together).ToList();
        foreach (var wait in due.Where(wait => wait.JustBefore))
            Release(_clockWaits, wait, wait.Over.SetResult);
        if (due.Exists(wait => wait.JustBefore))
            await Task.Delay(_headStart, TimeProvider.System, cancellation);
        JumpTo(due[^1].Instant, cancellation);
        foreach (var wait in due.Where(wait => !wait.JustBefore))
            Release(_clockWaits, wait, wait.Over.SetResult);
    }

    private void JumpTo(DateTimeOffset instant, CancellationToken cancellation)
    {
        Jumps++;
        _timers.Strike(instant, cancellation);
        var step = instant - world.Clock.GetUtcNow();
        world.Clock.Advance(step > TimeSpan.Zero ? step : TimeSpan.Zero);
    }

    private void Abandon()
    {
        ClockWait[] clocks;
        StatusWait[] statuses;
        lock (_gate)
            (clocks, statuses) = ([.. _clockWaits], [.. _statusWaits]);
        foreach (var wait in clocks)
            Release(_clockWaits, wait, () => wait.Over.SetException(new TimeoutException("the clock did not come to where it was wanted")));
        foreach (var wait in statuses)
            Release(_statusWaits, wait, () => wait.Over.SetException(new TimeoutException($"the intent never became {string.Join(" or ", wait.Statuses)}")));
    }

    private sealed record ClockWait(DateTimeOffset Instant, bool JustBefore, TaskCompletionSource Over);

    private sealed record StatusWait(Guid IntentId, string[] Statuses, TaskCompletionSource<string> Over);
}
