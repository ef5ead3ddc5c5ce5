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

    /// <summary>What is done just before a jump has so long to be on its way.</summary>
    private static readonly TimeSpan _headStart = TimeSpan.FromMilliseconds(8);

    // Seldom while much is under way, and at once when it may be over.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan _betweenLastLooks = TimeSpan.FromMilliseconds(4);

    /// <summary>A round that has not come to its end by then, in real time, is broken.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    /// <summary>Jumps of a round; each goes to an instant that something waits for.</summary>
    private const int MostJumps = 400;

    private readonly Lock _gate = new();
    private readonly List<ClockWait> _clockWaits = [];
    private readonly List<StatusWait> _statusWaits = [];
    private readonly Quiet _quiet = new(world);
    private int _running;
    private int _jumps;

    /// <summary>Runs all lanes to their end, and then the world until nothing is left to do.</summary>
    /// <returns>What did not come to rest; empty: everything did.</returns>
    public async Task<IReadOnlySet<Guid>> RunAsync(IRace race, IReadOnlyList<Lane> lanes, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        bool IsOutOfTime() => _jumps >= MostJumps || TimeProvider.System.GetElapsedTime(begun) > _patience;
        _running = lanes.Count;
        var all = Task.WhenAll(lanes.Select(lane => Task.Run(() => RunLaneAsync(race, lane), cancellation)));
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellation);
        while (!all.IsCompleted)
        {
            await Task.Delay(_quiet.MayBe ? _betweenLastLooks : _betweenLooks, TimeProvider.System, cancellation);
            await LookAtStatusesAsync(connection);
            if (IsOutOfTime())
                Abandon();
            else if (AllWait() && await _quiet.IsItAsync(connection) && AllWait())
                await MoveOnAsync(connection);
        }

        await all;
        var rest = new Rest(world, connection, lanes);
        while (true)
        {
            await Task.Delay(_quiet.MayBe ? _betweenLastLooks : _betweenLooks, TimeProvider.System, cancellation);
            if (IsOutOfTime())
                return await rest.RestlessAsync();
            if (!await _quiet.IsItAsync(connection))
                continue;
            if (await rest.IsReachedAsync())
                return new HashSet<Guid>();
            _jumps++;
            world.Clock.Advance(await rest.StepAsync());
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

    private async Task RunLaneAsync(IRace race, Lane lane)
    {
        await lane.RunAsync(race);
        Interlocked.Decrement(ref _running);
    }

    private bool AllWait()
    {
        lock (_gate)
            return _running == 0 && _clockWaits.Count + _statusWaits.Count > 0;
    }

    private async Task LookAtStatusesAsync(NpgsqlConnection connection)
    {
        StatusWait[] waits;
        lock (_gate)
            waits = [.. _statusWaits];
        if (waits.Length == 0)
            return;
        var statuses = (await connection.QueryAsync<(Guid Id, string Status)>(
            "SELECT id, status FROM reserve.booking_intents WHERE id = ANY(@ids) AND status = ANY(@wanted)",
            new { ids = waits.Select(wait => wait.IntentId).ToArray(), wanted = waits.SelectMany(wait => wait.Statuses).Distinct().ToArray() })).ToDictionary();
        foreach (var wait in waits)
        {
            if (statuses.TryGetValue(wait.IntentId, out var status) && wait.Statuses.Contains(status))
                Release(_statusWaits, wait, () => wait.Over.SetResult(status));
        }
    }

    private void Release<T>(List<T> waits, T wait, Action go)
    {
        lock (_gate)
        {
            waits.Remove(wait);
            _running++;
        }

        go();
    }

    // Somebody waits for a status: what brings it about is the next timer. Else all wait for the clock.
    private async Task MoveOnAsync(NpgsqlConnection connection)
    {
        _jumps++;
        ClockWait[] waits;
        bool awaitsStatus;
        lock (_gate)
            (waits, awaitsStatus) = ([.. _clockWaits.OrderBy(wait => wait.Instant)], _statusWaits.Count > 0);
        var now = world.Clock.GetUtcNow();
        if (awaitsStatus && await _quiet.NextAsync(connection) is { } next && (waits.Length == 0 || next < waits[0].Instant))
        {
            world.Clock.Advance(next > now ? next - now : TimeSpan.Zero);
            return;
        }

        if (waits.Length == 0)
        {
            // Nothing will ever bring it about.
            Abandon();
            return;
        }

        var due = waits.TakeWhile(wait => wait.Instant <= waits[0].Instant + _together).ToList();
        foreach (var wait in due.Where(wait => wait.JustBefore))
            Release(_clockWaits, wait, wait.Over.SetResult);
        if (due.Exists(wait => wait.JustBefore))
            await Task.Delay(_headStart, TimeProvider.System);
        if (due[^1].Instant > world.Clock.GetUtcNow())
            world.Clock.AdvanceTo(due[^1].Instant);
        foreach (var wait in due.Where(wait => !wait.JustBefore))
            Release(_clockWaits, wait, wait.Over.SetResult);
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
