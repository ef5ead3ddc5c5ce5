using NpgsqlTypes;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>Appends records to journals, numbered in the order in which they were handed in.</summary>
internal sealed class RecordsCommand : RowsCommand
{
    private readonly Column<long> _executions;
    private readonly Column<long> _ids;
    private readonly Column<short> _kinds;
    private readonly Column<int> _tasks;
    private readonly Column<string?> _names;
    private readonly Column<string?> _payloads;
    private readonly Column<DateTime> _instants;
    private long _next;

    public RecordsCommand(string schema, long firstId)
        : base($"""
            INSERT INTO {schema}.journal (execution, id, kind, task, name, payload, at)
            SELECT *
            FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """)
    {
        _next = firstId;
        _executions = Column<long>(NpgsqlDbType.Bigint);
        _ids = Column<long>(NpgsqlDbType.Bigint);
        _kinds = Column<short>(NpgsqlDbType.Smallint);
        _tasks = Column<int>(NpgsqlDbType.Integer);
        _names = Column<string?>(NpgsqlDbType.Text);
        _payloads = Column<string?>(NpgsqlDbType.Text);
        _instants = Column<DateTime>(NpgsqlDbType.TimestampTz);
    }

    public void Add(long execution, in JournalRecord record)
    {
        _executions.Add(execution);
        _ids.Add(_next++);
        _kinds.Add((short)record.Kind);
        _tasks.Add(record.Task);
        _names.Add(record.Name);
        _payloads.Add(record.Payload);
        _instants.Add(record.At);
        Added();
    }
}
