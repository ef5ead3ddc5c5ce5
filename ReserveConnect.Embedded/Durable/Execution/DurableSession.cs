using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>What a session gets from its host.</summary>
internal sealed record HostParts(
    DurableOptions Options,
    DurableRegistry Registry,
    DataConverter Converter,
    TimeProvider Time,
    IServiceScopeFactory Scopes,
    ILoggerFactory Loggers,
    Signals Signals);

/// <summary>
/// One run of the engine, from taking the host lock to losing or leaving it. All it has in memory can be had again from the
/// journal: when the database is lost, the session is thrown away as a whole and a new one begins.
/// </summary>
internal sealed class DurableSession : IAsyncDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    private readonly HostParts _host;
    private readonly NpgsqlConnection _connection;
    private readonly long _firstNumber;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _waking = new(1);
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ITimer> _routines = [];
    private long _lastExecution;
    private int _turns;

    private DurableSession(HostParts host, NpgsqlConnection connection, NpgsqlDataSource database, long start)
    {
        _host = host;
        _connection = connection;
        _firstNumber = JournalWriter.NumbersOfStart(start);
        _lastExecution = _firstNumber;
        Database = database;
        Log = host.Loggers.CreateLogger<DurableEngine>();
        Writer = new(connection, host.Options, start, Fault);
        Reader = new(database, host.Options.Schema);
        Directory = new(this);
        Starter = new(this);
        Activities = new(this);
        Room = new(this);
        Timers = new(host.Time, host.Options.WakeAhead, () => _ = GuardAsync(WakeParkedAsync));
    }

    public DurableOptions Options => _host.Options;

    public DurableRegistry Registry => _host.Registry;

    public DataConverter Converter => _host.Converter;

    public TimeProvider Time => _host.Time;

    public IServiceScopeFactory Scopes => _host.Scopes;

    public ILoggerFactory Loggers => _host.Loggers;

    public Signals Signals => _host.Signals;

    public ILogger Log { get; }

    public NpgsqlDataSource Database { get; }

    public JournalWriter Writer { get; }

    public JournalReader Reader { get; }

    public InstanceDirectory Directory { get; }

    public InstanceStarter Starter { get; }

    public ActivityRunner Activities { get; }

    public TimerWheel Timers { get; }

    public Room Room { get; }

    /// <summary>Cancelled when the host stops or the session is lost.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends with the reason when the session cannot go on.</summary>
    public Task<Exception> Faulted => _faulted.Task;

    /// <summary>Takes the host lock, prepares the schema and takes up what was in memory when the last host ended.</summary>
    /// <exception cref="DurableHostConflictException">Another host runs on this database and schema.</exception>
    public static async Task<DurableSession> OpenAsync(HostParts host, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(Connections.ForWriting(host.Options));
        NpgsqlDataSource? database = null;
        try
        {
            await connection.OpenAsync(cancellation);
            await HostLock.TakeAsync(connection, host.Options, host.Time, cancellation);
            var start = await DurableSchema.PrepareAsync(connection, host.Options.Schema, cancellation);
            database = NpgsqlDataSource.Create(Connections.ForReading(host.Options));
            var session = new DurableSession(host, connection, database, start);
            session.Begin();
            return session;
        }
        catch
        {
            if (database is not null)
                await database.DisposeAsync();

            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether all instances wait: no code runs or is about to, no activity, and nothing is to be written.</summary>
    public bool IsIdle => Volatile.Read(ref _turns) == 0 && Activities.Running == 0 && Writer.Unwritten == 0;

    /// <summary>An instance is to run its code on a thread.</summary>
    public void TurnQueued() => Interlocked.Increment(ref _turns);

    /// <summary>It has done so.</summary>
    public void TurnEnded() => Interlocked.Decrement(ref _turns);

    /// <summary>Now, UTC, in whole microseconds: what the database keeps is what the code saw.</summary>
    public DateTime Now()
    {
        var now = Time.GetUtcNow().UtcDateTime;
        return new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
    }

    public long NextExecution() => Interlocked.Increment(ref _lastExecution);

    /// <summary>Gives the session up. What it had in memory does nothing more; the next session finds it in the journal.</summary>
    public void Fault(Exception reason)
    {
        if (_faulted.TrySetResult(reason))
            _stopping.Cancel();
    }

    /// <summary>Tells activities to end, waits for them up to the drain time-out, and writes what is left to write.</summary>
    public async Task DrainAsync()
    {
        Activities.StopStarting();
        await _stopping.CancelAsync();
        var begun = Time.GetTimestamp();
        while (Activities.Running > 0 && Time.GetElapsedTime(begun) < Options.DrainTimeout)
            await Task.Delay(DrainPoll, Time);

        if (Activities.Running > 0)
            Log.LogWarning("{Count} activities still ran at the end of the drain time-out; they run again at the next start", Activities.Running);

        await Writer.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Timers.Dispose();
        foreach (var routine in _routines)
            await routine.DisposeAsync();

        await Writer.CompleteAsync();
        await _connection.DisposeAsync();
        await Database.DisposeAsync();
    }


    private void Begin()
    {
        Writer.Start();
        Repeat(Options.IdleBeforeUnload / 4, () => Directory.ParkIdle(Room.IsWanted ? TimeSpan.Zero : Options.IdleBeforeUnload));
        Repeat(Options.HostLockCheckInterval, () => Writer.Enqueue(new()));
        _ = GuardAsync(RecoverAsync);
        _ = GuardAsync(WakeParkedAsync);
    }

    private void Repeat(TimeSpan interval, Action routine) =>
        _routines.Add(Time.CreateTimer(_ => routine(), null, interval, interval));

    /// <summary>Takes back into memory what was there when the last host ended.</summary>
    private async Task RecoverAsync()
    {
        for (long after = 0; ;)
        {
            var page = await Reader.UnparkedAsync(after, _firstNumber, Options.WakePageSize, Stopping);
            await LoadAsync(page.Select(found => found.InstanceId));
            if (page.Count < Options.WakePageSize)
                return;

            after = page[^1].Execution;
        }
    }

    /// <summary>Takes parked instances back into memory shortly before their timers are due.</summary>
    private async Task WakeParkedAsync()
    {
        await _waking.WaitAsync(Stopping);
        try
        {
            var until = Now() + Options.WakeAhead;
            for (var after = (WakeAt: DateTime.UnixEpoch, Execution: 0L); ;)
            {
                var page = await Reader.DueAsync(until, after, Options.WakePageSize, Stopping);
                await LoadAsync(page.Select(found => found.InstanceId));
                if (page.Count < Options.WakePageSize)
                    break;

                after = (page[^1].WakeAt, page[^1].Execution);
            }

            Timers.WakeParkedAt(await Reader.NextWakeAsync(until, Stopping));
        }
        finally
        {
            _waking.Release();
        }
    }

    private Task LoadAsync(IEnumerable<string> instanceIds) => Parallel.ForEachAsync(
        instanceIds,
        new ParallelOptions { MaxDegreeOfParallelism = Options.MaxReadConnections, CancellationToken = Stopping },
        async (instanceId, cancellation) =>
        {
            await Room.EnterAsync(cancellation);
            await Directory.FindAsync(instanceId, holdsRoom: true);
        });

    private async Task GuardAsync(Func<Task> routine)
    {
        try
        {
            await routine();
        }
        catch (Exception exception) when (
            Stopping.IsCancellationRequested && exception is OperationCanceledException or DurableEngineUnavailableException)
        {
            // The session ends; the next one takes up where this one was.
        }
        catch (Exception exception)
        {
            Fault(exception);
        }
    }
}
