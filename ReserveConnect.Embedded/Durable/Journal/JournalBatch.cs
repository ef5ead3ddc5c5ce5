using Microsoft.DurableTask.Client;
using Npgsql;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>
/// Many writes as one transaction in one round trip: a statement per kind of change, each with all its rows. The statements
/// of a batch that is sent as one are one implicit transaction.
/// </summary>
internal sealed class JournalBatch(NpgsqlConnection connection, string schema, long firstRecord)
{
    private readonly RemovalsCommand _removals = new(schema);
    private readonly CreationsCommand _creations = new(schema);
    private readonly RecordsCommand _records = new(schema, firstRecord);
    private readonly CustomStatusesCommand _customStatuses = new(schema);
    private readonly StatusesCommand _statuses = new(schema);
    private readonly ParkingsCommand _parkings = new(schema);
    private readonly ContinuationsCommand _continuations = new(schema);
    private readonly EndsCommand _ends = new(schema);

    private readonly Dictionary<long, (string? Json, DateTime At)> _lastCustomStatus = [];
    private readonly Dictionary<long, (OrchestrationRuntimeStatus Status, DateTime At)> _lastStatus = [];
    private readonly Dictionary<long, (bool Parked, DateTime? WakeAt)> _lastParking = [];
    private readonly HashSet<long> _created = [];

    /// <summary>Commits all, or throws and has committed all or nothing.</summary>
    public async Task CommitAsync(List<JournalWrite> writes)
    {
        Gather(writes);
        await using var batch = new NpgsqlBatch(connection);
        // The order matters where one batch touches an instance twice: a removed id is free for the new one, a new instance
        // exists before it changes, and what is said of an execution comes before the execution gets its next number.
        foreach (var rows in (RowsCommand[])[_removals, _creations, _records, _customStatuses, _statuses, _parkings, _continuations, _ends])
        {
            if (!rows.IsEmpty)
                batch.BatchCommands.Add(rows.Command);
        }

        if (batch.BatchCommands.Count == 0)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 1"));

        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await ReadCreatedAsync(reader);
        }

        // A command keeps its parameters for the next batch, but not its place in this one.
        batch.BatchCommands.Clear();
        if (_created.Count < _creations.Count)
            FindConflicts(writes);
    }

    private void Gather(List<JournalWrite> writes)
    {
        foreach (var rows in (RowsCommand[])[_removals, _creations, _records, _customStatuses, _statuses, _parkings, _continuations, _ends])
            rows.Clear();

        foreach (var write in writes)
        {
            foreach (var (execution, record) in write.Records)
                _records.Add(execution, record);

            write.Removed.ForEach(_removals.Add);
            write.Created.ForEach(_creations.Add);
            write.Ended.ForEach(_ends.Add);
            write.Continued.ForEach(_continuations.Add);
            write.CustomStatuses.ForEach(c => _lastCustomStatus[c.Execution] = (c.Json, c.At));
            write.Statuses.ForEach(s => _lastStatus[s.Execution] = (s.Status, s.At));
            write.Parkings.ForEach(p => _lastParking[p.Execution] = (p.Parked, p.WakeAt));
        }

        foreach (var (execution, last) in _lastCustomStatus)
            _customStatuses.Add(execution, last.Json, last.At);

        foreach (var (execution, last) in _lastStatus)
            _statuses.Add(execution, (short)last.Status, last.At);

        foreach (var (execution, last) in _lastParking)
            _parkings.Add(execution, last.Parked, last.WakeAt);

        _lastCustomStatus.Clear();
        _lastStatus.Clear();
        _lastParking.Clear();
    }

    private async Task ReadCreatedAsync(NpgsqlDataReader reader)
    {
        _created.Clear();
        if (_creations.IsEmpty)
            return;

        // The only statement that gives rows back.
        while (await reader.ReadAsync())
            _created.Add(reader.GetInt64(0));

        // Errors of later statements surface only when their results are read.
        while (await reader.NextResultAsync())
        {
        }
    }

    private void FindConflicts(List<JournalWrite> writes)
    {
        foreach (var write in writes)
            write.Conflict = write.Created.Exists(row => !_created.Contains(row.Execution));
    }
}
