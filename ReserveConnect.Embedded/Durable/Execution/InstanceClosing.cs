using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Writes the end of an execution, and in the same commit its parent's answer or its own continuation.</summary>
internal sealed class InstanceClosing(DurableSession session, LoadedInstance instance)
{
    private InstanceRow Row => instance.Row;

    /// <summary>Ends or continues it; nobody waits.</summary>
    public void Begin(Outcome outcome)
    {
        if (outcome.Next is { } next)
            Continue(next.Input, next.PreserveEvents);
        else
            _ = GuardAsync(outcome);
    }

    /// <summary>Ends it; the task ends when that is durable.</summary>
    public async Task EndAsync(Outcome outcome)
    {
        var now = session.Now();
        var write = new JournalWrite();
        write.Ended.Add(new(
            Row.Execution, outcome.Status, outcome.Output, outcome.Failure is { } failure ? Failures.Write(failure) : null, now));
        write.OnOutcome(lost =>
        {
            if (lost is not null)
                return;

            instance.Leave();
            session.Signals.Pulse(Row.InstanceId);
        });
        var durable = write.AsTask();
        if (Row.Parent is null || !await AnswerAsync(Row.Parent, write, outcome, now))
            session.Writer.Enqueue(write);

        await durable;
    }

    /// <summary>Hands the write in as part of the parent's next record; false: the call that it answers no longer exists.</summary>
    private async Task<bool> AnswerAsync(ParentCall call, JournalWrite write, Outcome outcome, DateTime now)
    {
        var answer = outcome.Status switch
        {
            OrchestrationRuntimeStatus.Completed => new JournalRecord(RecordKind.TaskCompleted, call.Task, null, outcome.Output, now),
            _ => new(
                RecordKind.TaskFailed, call.Task, null, Failures.Write(outcome.Failure ?? Failures.Terminated(Row.InstanceId)), now),
        };
        while (await session.Directory.FindAsync(call.InstanceId) is { } parent && parent.Row.Execution == call.Execution)
        {
            switch (parent.Post(write, answer))
            {
                case Posting.Taken:
                    return true;
                case Posting.Ended:
                    return false;
                default:
                    await parent.GoneAsync();
                    break;
            }
        }

        return false;
    }

    private void Continue(string? input, bool preserveEvents)
    {
        var now = session.Now();
        var next = Row with
        {
            Execution = session.NextExecution(),
            Status = OrchestrationRuntimeStatus.Running,
            StartedAt = now,
            StartAt = null,
            Input = input,
            CustomStatus = instance.Orchestration.Context.CustomStatus,
            Parked = false,
            WakeAt = null,
        };
        var write = new JournalWrite();
        write.Continued.Add(new(Row.Execution, next.Execution, input, now));
        List<JournalRecord> events = preserveEvents
            ? [.. instance.Orchestration.UnprocessedEvents()
                .Select(received => new JournalRecord(RecordKind.EventReceived, 0, received.Name, received.Payload, now))]
            : [];
        foreach (var received in events)
            write.Records.Add((next.Execution, received));

        write.OnOutcome(lost =>
        {
            if (lost is not null)
                return;

            var successor = new LoadedInstance(session, next, events, isNew: true, instance.HoldsRoom);
            instance.Leave(successor);
            successor.Start();
        });
        session.Writer.Enqueue(write);
    }

    private async Task GuardAsync(Outcome outcome)
    {
        try
        {
            await EndAsync(outcome);
        }
        catch (DurableEngineUnavailableException)
        {
            // This run of the engine is over; the next one comes to the same end.
        }
        catch (Exception exception)
        {
            session.Fault(exception);
        }
    }
}
