using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// An execution in memory. It takes what became durable out of its mailbox, one record at a time, lets the code see it, and
/// has done what the code then asks for. Whoever wants something of it posts a record, which reaches the code once durable.
/// </summary>
internal sealed class LoadedInstance : IThreadPoolWorkItem
{
    private readonly DurableSession _session;
    private readonly InstanceLife _life;
    private readonly InstanceCode _code;
    private readonly Queue<JournalRecord> _mailbox = [];
    private readonly Lock _gate = new();
    // A thread is at it, or will be. So it is until it has begun: nothing comes before that.
    private bool _scheduled = true;

    /// <param name="session">The engine's current run.</param>
    /// <param name="row">The instance.</param>
    /// <param name="journal">What is to be replayed; of a new execution: the events that it was given along.</param>
    /// <param name="isNew">Whether the code runs for the first time.</param>
    /// <param name="holdsRoom">Whether it counts against <see cref="DurableOptions.MaxLoadedInstances"/>.</param>
    public LoadedInstance(
        DurableSession session, InstanceRow row, IReadOnlyList<JournalRecord> journal, bool isNew, bool holdsRoom)
    {
        _session = session;
        _life = new(row.Parked);
        Row = row;
        HoldsRoom = holdsRoom;
        Orchestration = new(
            row, session.Registry.Orchestrator(row.Name), session.Converter, session.Loggers, session.Options, Schedule);
        Timers = new(session, this);
        _code = new(session, this, new(session, this, _life, _gate), journal, isNew);
    }

    public InstanceRow Row { get; }

    public bool HoldsRoom { get; }

    public Orchestration Orchestration { get; }

    public InstanceTimers Timers { get; }

    public bool IsGone => _life.Gone.IsCompleted;

    /// <summary>Ends when this execution is no longer in memory under its id: ended, parked or continued as a new one.</summary>
    /// <exception cref="DurableEngineUnavailableException">This run of the engine ended first.</exception>
    public async Task GoneAsync()
    {
        try
        {
            await _life.Gone.WaitAsync(_session.Stopping);
        }
        catch (OperationCanceledException)
        {
            throw DurableEngineUnavailableException.Stopped();
        }
    }

    /// <summary>Appends a record to the journal and lets the code see it once it is durable.</summary>
    /// <param name="write">The write that the record becomes part of; handed to the journal only if the record is taken.</param>
    /// <param name="record">What happened.</param>
    public Posting Post(JournalWrite write, JournalRecord record)
    {
        lock (_gate)
        {
            return PostLocked(write, record);
        }
    }

    /// <summary>As <see cref="Post"/> for an external event.</summary>
    /// <exception cref="InvalidOperationException">Too many events wait already.</exception>
    public Posting PostEvent(JournalWrite write, string name, string? payload)
    {
        var bound = _session.Options.MaxBufferedEvents;
        if (Orchestration.BufferedEvents >= bound)
        {
            throw new InvalidOperationException(
                $"instance {Row.InstanceId} has {bound} events that it has not waited for; no more are taken");
        }

        return Post(write, new(RecordKind.EventReceived, 0, name, payload, _session.Now()));
    }

    /// <summary>An activity has ended; its outcome goes to the journal and then to the code.</summary>
    public void ActivityEnded(JournalRecord outcome)
    {
        lock (_gate)
        {
            // In one step: an instance with neither an activity nor a record under way could leave memory.
            _life.Activities--;
            PostLocked(new(), outcome);
        }
    }

    /// <summary>Something sent to another instance has become durable there.</summary>
    public void Sent()
    {
        lock (_gate)
        {
            _life.Sending--;
            ScheduleLocked();
        }
    }

    /// <summary>Where it stands, as long as it has not ended.</summary>
    public OrchestrationRuntimeStatus Status() =>
        Orchestration.IsSuspended ? OrchestrationRuntimeStatus.Suspended
        : Row.StartAt is not null && !Orchestration.HasStarted ? OrchestrationRuntimeStatus.Pending
        : OrchestrationRuntimeStatus.Running;

    /// <summary>Halts it, or lets it go on.</summary>
    public Posting PostSuspension(JournalWrite write, bool suspend, string? reason)
    {
        var now = _session.Now();
        var active = Row.StartAt is null || Orchestration.HasStarted ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Pending;
        write.Statuses.Add((Row.Execution, suspend ? OrchestrationRuntimeStatus.Suspended : active, now));
        return Post(write, new(suspend ? RecordKind.Suspended : RecordKind.Resumed, 0, reason, null, now));
    }

    /// <summary>Ends it from outside; done when that is durable, or when it was ending already.</summary>
    public async Task TerminateAsync(string? output)
    {
        bool mine;
        lock (_gate)
        {
            mine = _life.TryTerminate();
        }

        if (mine)
            await new InstanceClosing(_session, this).EndAsync(new(OrchestrationRuntimeStatus.Terminated, output, null));
    }

    /// <summary>Lets it leave memory if nothing but waiting is left of it; its row says so first.</summary>
    public void ParkIfIdle(TimeSpan atLeast)
    {
        lock (_gate)
        {
            if (_scheduled || _mailbox.Count > 0 || !_life.IsIdleSince(_session.Time, atLeast))
                return;

            var wakeAt = Orchestration.IsSuspended ? null : Timers.Next();
            if (wakeAt <= _session.Now() + (2 * _session.Options.WakeAhead))
                return;

            var write = new JournalWrite();
            _life.Park(Row.Execution, write, wakeAt);
            write.OnOutcome(lost => Parked(lost, wakeAt));
            _session.Writer.Enqueue(write);
        }
    }

    /// <summary>No longer in memory under its id; another execution may have taken its place.</summary>
    public void Leave(LoadedInstance? successor = null)
    {
        lock (_gate)
        {
            _life.End();
        }

        Timers.Clear();
        _session.Directory.Replace(this, successor);
        _life.SetGone();
    }

    /// <summary>Runs the code from its beginning, now, fed with the journal; what comes after waits in the mailbox.</summary>
    public void Replay()
    {
        _code.Begin();
        Start();
    }

    /// <summary>Has the code begin, unless it has, and then take what is in the mailbox, when a thread is free.</summary>
    public void Start() => Queue();

    /// <summary>Empties the mailbox. Never runs on two threads at once.</summary>
    public void Execute()
    {
        try
        {
            _code.Begin();
            while (TryTake(out var record))
                _code.Apply(record);
        }
        finally
        {
            _session.TurnEnded();
        }
    }

    private void Queue()
    {
        _session.TurnQueued();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTake(out JournalRecord record)
    {
        lock (_gate)
        {
            if (_mailbox.TryDequeue(out record))
            {
                _life.InFlight--;
                return true;
            }

            _scheduled = false;
            Orchestration.LookForStraying();
            if (Orchestration.Outcome is { } outcome)
            {
                if (_life.TryClose(outcome))
                    new InstanceClosing(_session, this).Begin(outcome);
            }
            else
            {
                _life.FoundIdle(_session.Time);
                _session.Room.FoundIdle(this);
            }

            return false;
        }
    }

    private Posting PostLocked(JournalWrite write, JournalRecord record)
    {
        if (_life.Refusal is { } refusal)
            return refusal;

        _life.InFlight++;
        _life.Wake(Row.Execution, write);
        write.Records.Add((Row.Execution, record));
        write.OnOutcome(lost =>
        {
            if (lost is null)
                Deliver(record);
        });
        _session.Writer.Enqueue(write);
        return Posting.Taken;
    }

    private void Schedule()
    {
        lock (_gate)
        {
            ScheduleLocked();
        }
    }

    private void Deliver(JournalRecord record)
    {
        lock (_gate)
        {
            _mailbox.Enqueue(record);
            ScheduleLocked();
        }
    }

    private void ScheduleLocked()
    {
        if (_scheduled)
            return;

        _scheduled = true;
        Queue();
    }

    private void Parked(Exception? lost, DateTime? wakeAt)
    {
        lock (_gate)
        {
            // Whoever posted something since keeps it in memory.
            if (lost is not null || !_life.IsParking)
                return;

            _life.End();
        }

        Leave();
        _session.Timers.WakeParkedAt(wakeAt);
    }
}
