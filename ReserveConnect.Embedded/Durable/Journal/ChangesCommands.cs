using NpgsqlTypes;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>Marks executions as ended.</summary>
internal sealed class EndsCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<short> _statuses;
    private readonly Column<string?> _outputs;
    private readonly Column<string?> _failures;
    private readonly Column<DateTime> _instants;

    public EndsCommand(string schema)
        : base($"""
            UPDATE {schema}.instances AS i
            SET status = e.status, output = e.output, failure = e.failure, updated_at = e.at, parked = false, wake_at = NULL
            FROM unnest($1, $2, $3, $4, $5) AS e (execution, status, output, failure, at)
            WHERE i.execution = e.execution
            """)
    {
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _statuses = Column<short>(NpgsqlDbType.Smallint);
        _outputs = Column<string?>(NpgsqlDbType.Text);
        _failures = Column<string?>(NpgsqlDbType.Text);
        _instants = Column<DateTime>(NpgsqlDbType.TimestampTz);
    }

    public void Add(InstanceEnd end)
    {
        _executions.Add(end.Execution);
        _statuses.Add((short)end.Status);
        _outputs.Add(end.Output);
        _failures.Add(end.Failure);
        _instants.Add(end.At);
        Added();
    }
}

/// <summary>Says of executions whether they are parked. One row each: the last word counts.</summary>
internal sealed class ParkingsCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<bool> _parked;
    private readonly Column<DateTime?> _wakeAt;

    public ParkingsCommand(string schema)
        : base($"""
            UPDATE {schema}.instances AS i
            SET parked = p.parked, wake_at = p.wake_at
            FROM unnest($1, $2, $3) AS p (execution, parked, wake_at)
            WHERE i.execution = p.execution
            """)
    {
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _parked = Column<bool>(NpgsqlDbType.Boolean);
        _wakeAt = Column<DateTime?>(NpgsqlDbType.TimestampTz);
    }

    public void Add(long execution, bool parked, DateTime? wakeAt)
    {
        _executions.Add(execution);
        _parked.Add(parked);
        _wakeAt.Add(wakeAt);
        Added();
    }
}

/// <summary>Moves executions between pending, running and suspended. One row each.</summary>
internal sealed class StatusesCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<short> _statuses;
    private readonly Column<DateTime> _instants;

    public StatusesCommand(string schema)
        : base($"""
            UPDATE {schema}.instances AS i
            SET status = s.status, updated_at = s.at
            FROM unnest($1, $2, $3) AS s (execution, status, at)
            WHERE i.execution = s.execution
            """)
    {
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _statuses = Column<short>(NpgsqlDbType.Smallint);
        _instants = Column<DateTime>(NpgsqlDbType.TimestampTz);
    }

    public void Add(long execution, short status, DateTime at)
    {
        _executions.Add(execution);
        _statuses.Add(status);
        _instants.Add(at);
        Added();
    }
}

/// <summary>Sets what a query shows as the custom status. One row each.</summary>
internal sealed class CustomStatusesCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<string?> _json;
    private readonly Column<DateTime> _instants;

    public CustomStatusesCommand(string schema)
        : base($"""
            UPDATE {schema}.instances AS i
            SET custom_status = c.json, updated_at = c.at
            FROM unnest($1, $2, $3) AS c (execution, json, at)
            WHERE i.execution = c.execution
            """)
    {
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _json = Column<string?>(NpgsqlDbType.Text);
        _instants = Column<DateTime>(NpgsqlDbType.TimestampTz);
    }

    public void Add(long execution, string? json, DateTime at)
    {
        _executions.Add(execution);
        _json.Add(json);
        _instants.Add(at);
        Added();
    }
}

/// <summary>Turns executions into the next ones of their instances; their journals go.</summary>
internal sealed class ContinuationsCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<long> _next;
    private readonly Column<string?> _inputs;
    private readonly Column<DateTime> _instants;

    public ContinuationsCommand(string schema)
        : base($"""
            WITH continued AS (
                UPDATE {schema}.instances AS i
                SET execution = c.next, input = c.input, started_at = c.at, updated_at = c.at,
                    start_at = NULL, parked = false, wake_at = NULL
                FROM unnest($1, $2, $3, $4) AS c (execution, next, input, at)
                WHERE i.execution = c.execution
            )
            DELETE FROM {schema}.journal
            WHERE execution = ANY ($1)
            """)
    {
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _next = Column<long>(NpgsqlDbType.Bigint);
        _inputs = Column<string?>(NpgsqlDbType.Text);
        _instants = Column<DateTime>(NpgsqlDbType.TimestampTz);
    }

    public void Add(Continuation continuation)
    {
        _executions.Add(continuation.Execution);
        _next.Add(continuation.Next);
        _inputs.Add(continuation.Input);
        _instants.Add(continuation.At);
        Added();
    }
}

/// <summary>Removes ended executions whose id is started again.</summary>
internal sealed class RemovalsCommand : RowsCommand
{
    private readonly Column<long> _executions;

    public RemovalsCommand(string schema)
        : base($"""
            WITH removed AS (
                DELETE FROM {schema}.instances
                WHERE execution = ANY ($1)
            )
            DELETE FROM {schema}.journal
            WHERE execution = ANY ($1)
            """) => _executions = Column<long>(NpgsqlDbType.Bigint);

    public void Add(long execution)
    {
        _executions.Add(execution);
        Added();
    }
}
