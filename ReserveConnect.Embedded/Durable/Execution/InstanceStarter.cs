using DurableTask.Core.Exceptions;
using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Creates instances: one per id, in place of an ended one if there is one.</summary>
internal sealed class InstanceStarter(DurableSession session)
{
    private static readonly OrchestrationRuntimeStatus[] NotEnded =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Creates an instance and starts it; done when that is durable.</summary>
    /// <param name="row">The instance.</param>
    /// <param name="dedupe">States of an existing instance that refuse the start; null: those that are not final.</param>
    /// <param name="write">What becomes durable with it; null: nothing else does.</param>
    /// <param name="holdsRoom">Whether it takes over the room that the caller has entered.</param>
    /// <exception cref="OrchestrationAlreadyExistsException">An instance of the id refuses it.</exception>
    public async Task StartAsync(InstanceRow row, IReadOnlyCollection<OrchestrationRuntimeStatus>? dedupe, JournalWrite? write, bool holdsRoom)
    {
        dedupe ??= NotEnded;
        try
        {
            while (true)
            {
                if (session.Directory.TryReserve(row.InstanceId) is { } slot)
                {
                    if (await TryCreateAsync(row, slot, dedupe, write, holdsRoom))
                        return;
                }
                else if (await session.Directory.FindAsync(row.InstanceId) is { } existing)
                {
                    await MakeWayAsync(existing, dedupe);
                }
            }
        }
        catch
        {
            if (holdsRoom)
                session.Room.Leave();

            throw;
        }
    }

    /// <summary>False: an instance of the id, now in memory, is in the way.</summary>
    private async Task<bool> TryCreateAsync(
        InstanceRow row,
        InstanceDirectory.Slot slot,
        IReadOnlyCollection<OrchestrationRuntimeStatus> dedupe,
        JournalWrite? write,
        bool holdsRoom)
    {
        LoadedInstance? inMemory = null;
        try
        {
            // Most starts are the first of their id, so the insert itself finds out. It is looked up before only where more
            // is written together with it, which must not be written if there is a conflict.
            var existing = write is null ? null : await session.Reader.FindAsync(row.InstanceId, CancellationToken.None);
            if (existing is null && await InsertAsync(row, write ?? new(), replaced: null))
                return Created();

            existing ??= await session.Reader.FindAsync(row.InstanceId, CancellationToken.None);
            if (existing is not null && !InstanceRow.IsFinal(existing.Status))
            {
                inMemory = await session.Directory.LoadAsync(row.InstanceId, holdsRoom: false);
                inMemory?.Replay();
                return false;
            }

            if (existing is not null && dedupe.Contains(existing.Status))
                throw Refused(row.InstanceId, existing.Status);

            return await InsertAsync(row, write ?? new(), existing?.Execution) && Created();
        }
        finally
        {
            session.Directory.Settle(row.InstanceId, slot, inMemory);
        }

        bool Created()
        {
            if (!row.Parked)
            {
                inMemory = new(session, row, [], isNew: true, holdsRoom);
                inMemory.Start();
            }
            else if (holdsRoom)
                session.Room.Leave();

            session.Timers.WakeParkedAt(row.WakeAt);
            return true;
        }
    }

    private async Task<bool> InsertAsync(InstanceRow row, JournalWrite write, long? replaced)
    {
        if (replaced is { } execution)
            write.Removed.Add(execution);

        write.Created.Add(row);
        var durable = write.AsTask();
        session.Writer.Enqueue(write);
        await durable;
        return !write.Conflict;
    }

    /// <summary>An instance that has not ended is terminated if the caller's options let a new one replace it.</summary>
    private static async Task MakeWayAsync(LoadedInstance existing, IReadOnlyCollection<OrchestrationRuntimeStatus> dedupe)
    {
        var status = existing.Status();
        if (dedupe.Contains(status) && !existing.IsGone)
            throw Refused(existing.Row.InstanceId, status);

        await existing.TerminateAsync(null);
        await existing.GoneAsync();
    }

    private static OrchestrationAlreadyExistsException Refused(string instanceId, OrchestrationRuntimeStatus status) =>
        new($"an orchestration with instance id '{instanceId}' exists and is {status}");
}
