using System.Collections.Concurrent;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// The instances in memory by id. Whoever is the first to ask for one that is not there loads it; the others wait for that.
/// So there is never a second copy of an instance.
/// </summary>
internal sealed class InstanceDirectory(DurableSession session)
{
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    public int Count => _slots.Count;

    /// <summary>The instance, loaded if need be; null: there is none, or it has ended.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="holdsRoom">Whether, if loaded now, it takes over the room that the caller has entered.</param>
    public async Task<LoadedInstance?> FindAsync(string instanceId, bool holdsRoom = false)
    {
        if (!_slots.TryGetValue(instanceId, out var there))
        {
            var mine = new Slot();
            there = _slots.GetOrAdd(instanceId, mine);
            if (there == mine)
                return await FillAsync(instanceId, mine, holdsRoom);
        }

        if (holdsRoom)
            session.Room.Leave();

        await there.Ready;
        return there.Instance;
    }

    private async Task<LoadedInstance?> FillAsync(string instanceId, Slot slot, bool holdsRoom)
    {
        try
        {
            var loaded = await LoadAsync(instanceId, holdsRoom);
            loaded?.Replay();
            Settle(instanceId, slot, loaded);
            if (loaded is null && holdsRoom)
                session.Room.Leave();

            return loaded;
        }
        catch (Exception exception)
        {
            if (holdsRoom)
                session.Room.Leave();

            Remove(instanceId, slot);
            slot.Fail(exception);
            throw;
        }
    }

    /// <summary>The instance, if it is in memory now.</summary>
    public LoadedInstance? InMemory(string instanceId) => _slots.TryGetValue(instanceId, out var slot) ? slot.Instance : null;

    /// <summary>Keeps an id for an instance that is about to be created; null: somebody else has it.</summary>
    public Slot? TryReserve(string instanceId)
    {
        var slot = new Slot();
        return _slots.TryAdd(instanceId, slot) ? slot : null;
    }

    /// <summary>Ends a reservation with the instance that now is in memory, or with none.</summary>
    public void Settle(string instanceId, Slot slot, LoadedInstance? instance)
    {
        slot.Instance = instance;
        if (instance is null)
            Remove(instanceId, slot);

        slot.SetReady();
    }

    /// <summary>Keeps the id of a child that nobody else can have.</summary>
    public void Reserve(LoadedInstance child) => _slots[child.Row.InstanceId] = new Slot();

    /// <summary>The child's creation is durable, or lost.</summary>
    public void Decide(LoadedInstance child, Exception? lost)
    {
        Settle(child.Row.InstanceId, _slots[child.Row.InstanceId], lost is null ? child : null);
        if (lost is null)
            child.Start();
    }

    /// <summary>The instance leaves memory, or its next execution takes its place.</summary>
    public void Replace(LoadedInstance instance, LoadedInstance? successor)
    {
        if (!_slots.TryGetValue(instance.Row.InstanceId, out var slot) || slot.Instance != instance)
            return;

        slot.Instance = successor;
        if (successor is not null)
            return;

        Remove(instance.Row.InstanceId, slot);
        if (instance.HoldsRoom)
            session.Room.Leave();
    }

    /// <summary>Has all instances leave memory that have been waiting for that long.</summary>
    public void ParkIdle(TimeSpan atLeast)
    {
        foreach (var (_, slot) in _slots)
            slot.Instance?.ParkIfIdle(atLeast);
    }

    /// <summary>Reads an instance that the caller has reserved; null: there is none, or it has ended.</summary>
    public async Task<LoadedInstance?> LoadAsync(string instanceId, bool holdsRoom)
    {
        var row = await session.Reader.FindAsync(instanceId, CancellationToken.None);
        if (row is null || InstanceRow.IsFinal(row.Status))
            return null;

        var journal = await session.Reader.JournalAsync(row.Execution, session.Options.MaxJournalRecords, CancellationToken.None);
        return new(session, row, journal, isNew: false, holdsRoom);
    }

    private void Remove(string instanceId, Slot slot) => _slots.TryRemove(new(instanceId, slot));

    /// <summary>The place of one id.</summary>
    internal sealed class Slot
    {
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile LoadedInstance? _instance;

        public Task Ready => _ready.Task;

        public LoadedInstance? Instance
        {
            get => _instance;
            set => _instance = value;
        }

        public void SetReady() => _ready.TrySetResult();

        public void Fail(Exception exception)
        {
            _ready.TrySetException(exception);
            // Nobody may have been waiting.
            _ = _ready.Task.Exception;
        }
    }
}
