using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// What an orchestration does to another instance. Both sides are written together, so that it happens once: either both
/// journals know it, or neither does and the code does it again.
/// </summary>
internal sealed class Sending(DurableSession session, LoadedInstance sender, NewAction action)
{
    private JournalRecord Record => new(action.Kind, action.Task, action.Name, action.Target, session.Now());

    /// <summary>Sends an event; nobody there: only the sender's journal knows.</summary>
    public Task SendEventAsync() => GuardAsync(async () =>
    {
        while (await session.Directory.FindAsync(action.Target!) is { } receiver)
        {
            var write = NewWrite();
            Posting posting;
            try
            {
                posting = receiver.PostEvent(write, action.Name, action.Payload);
            }
            catch (InvalidOperationException full)
            {
                session.Log.LogWarning(full, "Event from orchestration {InstanceId} to {Receiver} dropped", sender.Row.InstanceId, action.Target);
                break;
            }

            if (posting == Posting.Taken)
                return;

            if (posting == Posting.Ended)
                break;

            await receiver.GoneAsync();
        }

        session.Writer.Enqueue(NewWrite());
    });

    /// <summary>Starts a child under a given id; an instance of that id that has not ended is the child's failure.</summary>
    public Task StartChildAsync() => GuardAsync(async () =>
    {
        var row = InstanceActions.ChildRow(session, sender, action, session.Now());
        try
        {
            await session.Starter.StartAsync(row, dedupe: null, NewWrite(), holdsRoom: false);
        }
        catch (OrchestrationAlreadyExistsException exists)
        {
            var failure = Failures.Write(TaskFailureDetails.FromException(exists));
            sender.Post(NewWrite(), new(RecordKind.TaskFailed, action.Task, null, failure, session.Now()));
        }
    });

    private JournalWrite NewWrite()
    {
        var write = new JournalWrite();
        write.Records.Add((sender.Row.Execution, Record));
        write.OnOutcome(_ => sender.Sent());
        return write;
    }

    private async Task GuardAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception exception) when (exception is not DurableEngineUnavailableException)
        {
            // Neither side knows anything of it: a new run of the engine does it again.
            session.Fault(exception);
        }
        catch (DurableEngineUnavailableException)
        {
            // This run of the engine is over; the next one does it again.
        }
    }
}
