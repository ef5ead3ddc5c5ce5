using Npgsql;
using NpgsqlTypes;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>One array parameter of a command that writes many rows at once.</summary>
internal sealed class Column<T>
{
    public Column(NpgsqlBatchCommand command, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = Values });

    public List<T> Values { get; } = [];

    public void Add(T value) => Values.Add(value);
}
