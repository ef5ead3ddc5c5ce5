using Microsoft.DurableTask.Client;
using Npgsql;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>Reads instances and their journals.</summary>
internal sealed class JournalReader(NpgsqlDataSource database, string schema)
{
    private readonly string _columns = """
        execution, instance_id, name, status, created_at, started_at, start_at, input, tags,
        parent_execution, parent_id, parent_name, parent_task, parked, wake_at, custom_status
        """;

    /// <summary>The instance, ended or not; null if there is none.</summary>
    public async Task<InstanceRow?> FindAsync(string instanceId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {_columns}
            FROM {schema}.instances
            WHERE instance_id = $1
            """);
        command.Parameters.AddWithValue(instanceId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Row(reader) : null;
    }

    /// <summary>An execution's journal, oldest record first; one record more than the limit if it is longer.</summary>
    public async Task<List<JournalRecord>> JournalAsync(long execution, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT kind, task, name, payload, at
            FROM {schema}.journal
            WHERE execution = $1
            ORDER BY id
            LIMIT $2
            """);
        command.Parameters.AddWithValue(execution);
        command.Parameters.AddWithValue(limit + 1L);
        var records = new List<JournalRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            records.Add(new(
                (RecordKind)reader.GetInt16(0), reader.GetInt32(1), Text(reader, 2), Text(reader, 3), reader.GetDateTime(4)));
        }

        return records;
    }

    /// <summary>Instances that were in memory when the last host ended, oldest first, a page at a time.</summary>
    public async Task<List<(long Execution, string InstanceId)>> UnparkedAsync(
        long after, long before, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT execution, instance_id
            FROM {schema}.instances
            WHERE status IN (0, 6, 7)
              AND NOT parked
              AND execution > $1
              AND execution < $2
            ORDER BY execution
            LIMIT $3
            """);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(before);
        command.Parameters.AddWithValue(limit);
        var found = new List<(long, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add((reader.GetInt64(0), reader.GetString(1)));

        return found;
    }

    /// <summary>Parked instances to be woken up to an instant, the most urgent first, a page at a time.</summary>
    public async Task<List<(DateTime WakeAt, long Execution, string InstanceId)>> DueAsync(
        DateTime until, (DateTime WakeAt, long Execution) after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT wake_at, execution, instance_id
            FROM {schema}.instances
            WHERE status IN (0, 6, 7)
              AND parked
              AND wake_at <= $1
              AND (wake_at, execution) > ($2, $3)
            ORDER BY wake_at, execution
            LIMIT $4
            """);
        command.Parameters.AddWithValue(until);
        command.Parameters.AddWithValue(after.WakeAt);
        command.Parameters.AddWithValue(after.Execution);
        command.Parameters.AddWithValue(limit);
        var found = new List<(DateTime, long, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add((reader.GetDateTime(0), reader.GetInt64(1), reader.GetString(2)));

        return found;
    }

    /// <summary>When the next parked instance after an instant is to be woken; null: none.</summary>
    public async Task<DateTime?> NextWakeAsync(DateTime after, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT min(wake_at)
            FROM {schema}.instances
            WHERE status IN (0, 6, 7)
              AND parked
              AND wake_at > $1
            """);
        command.Parameters.AddWithValue(after);
        return await command.ExecuteScalarAsync(cancellation) as DateTime?;
    }

    /// <summary>Children of an execution that have not ended.</summary>
    public async Task<List<string>> LiveChildrenAsync(long execution, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT instance_id
            FROM {schema}.instances
            WHERE parent_execution = $1
              AND status IN (0, 6, 7)
            """);
        command.Parameters.AddWithValue(execution);
        var found = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetString(0));

        return found;
    }

    private static InstanceRow Row(NpgsqlDataReader reader) => new()
    {
        Execution = reader.GetInt64(0),
        InstanceId = reader.GetString(1),
        Name = reader.GetString(2),
        Status = (OrchestrationRuntimeStatus)reader.GetInt16(3),
        CreatedAt = reader.GetDateTime(4),
        StartedAt = reader.GetDateTime(5),
        StartAt = reader.IsDBNull(6) ? null : reader.GetDateTime(6),
        Input = Text(reader, 7),
        Tags = Text(reader, 8),
        Parent = reader.IsDBNull(9)
            ? null
            : new(reader.GetInt64(9), reader.GetString(10), reader.GetString(11), reader.GetInt32(12)),
        Parked = reader.GetBoolean(13),
        WakeAt = reader.IsDBNull(14) ? null : reader.GetDateTime(14),
        CustomStatus = Text(reader, 15),
    };

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
