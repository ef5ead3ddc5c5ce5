using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Has done what an orchestrator's code asked for in its turn, and has it journalled.</summary>
internal sealed class InstanceActions(DurableSession session, LoadedInstance instance, InstanceLife life, Lock gate)
{
    private string? _storedStatus = instance.Row.CustomStatus;
    private int _records;

    /// <summary>Another record is in the journal.</summary>
    public void Count()
    {
        if (++_records > session.Options.MaxJournalRecords)
            instance.Orchestration.Fail(Failures.JournalTooLong(session.Options.MaxJournalRecords));
    }

    /// <summary>
    /// After a replay: activities that the journal says were called and not that they ended may have run or not; they run
    /// again. Children live and answer for themselves.
    /// </summary>
    public void Resume(IReadOnlyList<JournalRecord> journal)
    {
        _records = journal.Count;
        if (instance.Orchestration.Outcome is not null)
            return;

        var pending = instance.Orchestration.Context.Pending;
        foreach (var record in journal)
        {
            if (!record.IsAction || !pending.TryGetValue(record.Task, out var task))
                continue;

            if (record.Kind == RecordKind.TimerCreated)
            {
                instance.Timers.Add(record.Task, task.DueAt);
            }
            else if (record.Kind == RecordKind.ActivityCalled)
            {
                lock (gate)
                {
                    life.Activities++;
                }

                session.Activities.Start(instance, record.Task, task.Name, task.Input);
            }
        }
    }

    /// <summary>
    /// Journals and does. An activity starts without waiting for its record: all that the code knew when it called is
    /// durable, so after a crash that lost the record the same code calls the same activity again.
    /// </summary>
    public void Perform()
    {
        var context = instance.Orchestration.Context;
        foreach (var timer in context.CancelledTimers)
            instance.Timers.Cancel(timer);

        context.CancelledTimers.Clear();
        var actions = instance.Orchestration.TakeActions();
        var newStatus = context.HasCustomStatus && context.CustomStatus != _storedStatus;
        if (actions.Count == 0 && !newStatus)
            return;

        lock (gate)
        {
            if (!life.IsLive)
                return;

            _records += actions.Count;
            if (_records > session.Options.MaxJournalRecords)
            {
                instance.Orchestration.Fail(Failures.JournalTooLong(session.Options.MaxJournalRecords));
                return;
            }

            var write = Written(actions, newStatus ? context : null);
            foreach (var action in actions)
            {
                if (action.Kind == RecordKind.TimerCreated && context.Pending.TryGetValue(action.Task, out var timer))
                    instance.Timers.Add(action.Task, timer.DueAt);
            }

            session.Writer.Enqueue(write);
        }

        foreach (var action in actions)
            Do(action);
    }

    private JournalWrite Written(IReadOnlyList<NewAction> actions, OrchestratorContext? withStatus)
    {
        var write = new JournalWrite();
        var now = session.Now();
        life.Wake(instance.Row.Execution, write);
        foreach (var action in actions)
        {
            switch (action.Kind)
            {
                case RecordKind.ActivityCalled:
                    life.Activities++;
                    break;
                case RecordKind.ChildStarted when action.FreshTarget:
                    AddChild(write, action, now);
                    break;
                case RecordKind.ChildStarted or RecordKind.EventSent:
                    // Its record is written together with what it does to the other instance.
                    life.Sending++;
                    continue;
            }

            write.Records.Add((instance.Row.Execution, new(action.Kind, action.Task, action.Name, action.Target, now)));
        }

        if (withStatus is not null)
        {
            _storedStatus = withStatus.CustomStatus;
            write.CustomStatuses.Add((instance.Row.Execution, _storedStatus, now));
        }

        return write;
    }

    private void Do(NewAction action)
    {
        switch (action.Kind)
        {
            case RecordKind.ActivityCalled:
                session.Activities.Start(instance, action.Task, action.Name, action.Payload);
                break;
            case RecordKind.ChildStarted when !action.FreshTarget:
                _ = new Sending(session, instance, action).StartChildAsync();
                break;
            case RecordKind.EventSent:
                _ = new Sending(session, instance, action).SendEventAsync();
                break;
        }
    }

    private void AddChild(JournalWrite write, NewAction action, DateTime now)
    {
        var child = new LoadedInstance(session, ChildRow(session, instance, action, now), [], isNew: true, holdsRoom: false);
        session.Directory.Reserve(child);
        write.Created.Add(child.Row);
        write.OnOutcome(lost => session.Directory.Decide(child, lost));
    }

    /// <summary>The child that an action starts.</summary>
    internal static InstanceRow ChildRow(DurableSession session, LoadedInstance parent, NewAction action, DateTime now) => new()
    {
        Execution = session.NextExecution(),
        InstanceId = action.Target!,
        Name = action.Name,
        Status = OrchestrationRuntimeStatus.Running,
        CreatedAt = now,
        StartedAt = now,
        Input = action.Payload,
        Parent = new(parent.Row.Execution, parent.Row.InstanceId, parent.Row.Name, action.Task),
    };
}
