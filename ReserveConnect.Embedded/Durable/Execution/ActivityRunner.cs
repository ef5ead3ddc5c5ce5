using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Runs activities, a bounded number at once, in the order in which they were called.</summary>
internal sealed class ActivityRunner(DurableSession session)
{
    private readonly Queue<Run> _waiting = [];
    private int _running;
    private bool _stopping;

    /// <summary>Activities that run now.</summary>
    public int Running => Volatile.Read(ref _running);

    public void Start(LoadedInstance instance, int task, string name, string? input)
    {
        if (session.Registry.Activity(name) is not { } handler)
        {
            instance.ActivityEnded(new(
                RecordKind.TaskFailed, task, null, Failures.Write(Failures.UnknownActivity(name)), session.Now()));
            return;
        }

        var run = new Run(this, instance, task, name, input, handler);
        lock (_waiting)
        {
            if (_stopping)
                return;

            if (_running >= session.Options.MaxParallelActivities)
            {
                _waiting.Enqueue(run);
                return;
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }

    /// <summary>Starts no more; those that have not started run after the next start of the host.</summary>
    public void StopStarting()
    {
        lock (_waiting)
        {
            _stopping = true;
            _waiting.Clear();
        }
    }

    private void Ended()
    {
        Run? next;
        lock (_waiting)
        {
            if (!_waiting.TryDequeue(out next))
                _running--;
        }

        if (next is not null)
            ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
    }

    private async Task RunAsync(Run run)
    {
        try
        {
            if (await OutcomeAsync(run) is { } outcome)
                run.Instance.ActivityEnded(outcome);
        }
        finally
        {
            Ended();
        }
    }

    /// <summary>What the journal is to say; null: nothing, the host stops and the activity gave up.</summary>
    private async Task<JournalRecord?> OutcomeAsync(Run run)
    {
        try
        {
            await using var scope = session.Scopes.CreateAsyncScope();
            var result = await run.Handler(new(
                scope.ServiceProvider, run.Name, run.Instance.Row.InstanceId, run.Task, run.Input, session.Converter, session.Stopping));
            var json = session.Converter.Serialize(result);
            if (json?.Length > session.Options.MaxPayloadLength)
                throw new InvalidOperationException($"the result has {json.Length} characters of JSON; {session.Options.MaxPayloadLength} are allowed");

            return new(RecordKind.TaskCompleted, run.Task, null, json, session.Now());
        }
        catch (Exception exception) when (session.Stopping.IsCancellationRequested)
        {
            // What fails while the host stops may fail because it stops, and not only with a cancellation: a connection
            // that closes under it, a container that is gone. It is run again, as after a crash.
            session.Log.LogDebug(exception, "Activity {Activity} of orchestration {InstanceId} gave up as the host stops", run.Name, run.Instance.Row.InstanceId);
            return null;
        }
        catch (Exception exception)
        {
            // Whatever an activity throws is an answer to the orchestrator.
            session.Log.LogDebug(exception, "Activity {Activity} of orchestration {InstanceId} failed", run.Name, run.Instance.Row.InstanceId);
            return new(RecordKind.TaskFailed, run.Task, null, Failures.Write(exception), session.Now());
        }
    }

    private sealed record Run(
        ActivityRunner Runner, LoadedInstance Instance, int Task, string Name, string? Input, ActivityHandler Handler)
        : IThreadPoolWorkItem
    {
        public void Execute() => _ = Runner.RunAsync(this);
    }
}
