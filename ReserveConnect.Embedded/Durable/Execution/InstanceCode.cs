using Microsoft.DurableTask;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// Lets an execution's code see what happened, and has done what it then asks for. Whatever goes wrong in that ends the
/// instance, not the host. Only used by the one thread that empties the instance's mailbox.
/// </summary>
internal sealed class InstanceCode(
    DurableSession session, LoadedInstance instance, InstanceActions actions, IReadOnlyList<JournalRecord> journal, bool isNew)
{
    private IReadOnlyList<JournalRecord>? _journal = journal;

    /// <summary>Runs the code from its beginning, fed with the journal; does nothing the second time.</summary>
    public void Begin()
    {
        if (_journal is not { } journal)
            return;

        // Not needed again, and it may be long.
        _journal = null;
        Guard(() =>
        {
            var orchestration = instance.Orchestration;
            if (isNew)
                orchestration.Begin(journal);
            else if (journal.Count > session.Options.MaxJournalRecords)
                orchestration.Fail(Failures.JournalTooLong(session.Options.MaxJournalRecords));
            else
                orchestration.Replay(journal);

            if (instance.Row.StartAt is { } startAt && !orchestration.HasStarted && orchestration.Outcome is null)
                instance.Timers.Add(0, startAt);

            actions.Resume(journal);
            actions.Perform();
        });
    }

    public void Apply(JournalRecord record) => Guard(() =>
    {
        instance.Orchestration.Apply(record);
        actions.Count();
        actions.Perform();
        if (record.Kind == RecordKind.Resumed)
            instance.Timers.Release();
    });

    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception)
        {
            instance.Orchestration.Fail(TaskFailureDetails.FromException(exception));
        }
    }
}
