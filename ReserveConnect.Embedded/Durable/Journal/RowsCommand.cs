using Npgsql;
using NpgsqlTypes;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>A command that writes many rows at once from parallel arrays ($1, $2, ... in the order of the columns).</summary>
internal abstract class RowsCommand(string sql)
{
    private readonly List<Action> _clear = [];

    public NpgsqlBatchCommand Command { get; } = new(sql);

    public bool IsEmpty => Count == 0;

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        foreach (var clear in _clear)
            clear();
    }

    protected Column<T> Column<T>(NpgsqlDbType type)
    {
        var column = new Column<T>(Command, type);
        _clear.Add(column.Values.Clear);
        return column;
    }

    protected void Added() => Count++;
}
