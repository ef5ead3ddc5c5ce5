using NpgsqlTypes;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>Inserts instances; gives back the executions that were inserted, because an id that exists is left as it is.</summary>
internal sealed class CreationsCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<string> _ids;
    private readonly Column<string> _names;
    private readonly Column<short> _statuses;
    private readonly Column<DateTime> _createdAt;
    private readonly Column<DateTime> _startedAt;
    private readonly Column<DateTime?> _startAt;
    private readonly Column<string?> _inputs;
    private readonly Column<string?> _tags;
    private readonly Column<long?> _parentExecutions;
    private readonly Column<string?> _parentIds;
    private readonly Column<string?> _parentNames;
    private readonly Column<int?> _parentTasks;
    private readonly Column<bool> _parked;
    private readonly Column<DateTime?> _wakeAt;

    public CreationsCommand(string schema)
        : base($"""
            INSERT INTO {schema}.instances (
                execution, instance_id, name, status, created_at, started_at, updated_at, start_at, input, tags,
                parent_execution, parent_id, parent_name, parent_task, parked, wake_at)
            SELECT
                execution, instance_id, name, status, created_at, started_at, created_at, start_at, input, tags,
                parent_execution, parent_id, parent_name, parent_task, parked, wake_at
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                AS new (execution, instance_id, name, status, created_at, started_at, start_at, input, tags,
                    parent_execution, parent_id, parent_name, parent_task, parked, wake_at)
            ON CONFLICT (instance_id) DO NOTHING
            RETURNING execution
            """)
    {
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _ids = Column<string>(NpgsqlDbType.Text);
        _names = Column<string>(NpgsqlDbType.Text);
        _statuses = Column<short>(NpgsqlDbType.Smallint);
        _createdAt = Column<DateTime>(NpgsqlDbType.TimestampTz);
        _startedAt = Column<DateTime>(NpgsqlDbType.TimestampTz);
        _startAt = Column<DateTime?>(NpgsqlDbType.TimestampTz);
        _inputs = Column<string?>(NpgsqlDbType.Text);
        _tags = Column<string?>(NpgsqlDbType.Text);
        _parentExecutions = Column<long?>(NpgsqlDbType.Bigint);
        _parentIds = Column<string?>(NpgsqlDbType.Text);
        _parentNames = Column<string?>(NpgsqlDbType.Text);
        _parentTasks = Column<int?>(NpgsqlDbType.Integer);
        _parked = Column<bool>(NpgsqlDbType.Boolean);
        _wakeAt = Column<DateTime?>(NpgsqlDbType.TimestampTz);
    }

    public void Add(InstanceRow row)
    {
        _executions.Add(row.Execution);
        _ids.Add(row.InstanceId);
        _names.Add(row.Name);
        _statuses.Add((short)row.Status);
        _createdAt.Add(row.CreatedAt);
        _startedAt.Add(row.StartedAt);
        _startAt.Add(row.StartAt);
        _inputs.Add(row.Input);
        _tags.Add(row.Tags);
        _parentExecutions.Add(row.Parent?.Execution);
        _parentIds.Add(row.Parent?.InstanceId);
        _parentNames.Add(row.Parent?.Name);
        _parentTasks.Add(row.Parent?.Task);
        _parked.Add(row.Parked);
        _wakeAt.Add(row.WakeAt);
        Added();
    }
}
