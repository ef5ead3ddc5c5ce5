using Npgsql;
using ReserveConnect.Events;

namespace ReserveConnect.Database;

/// <summary>A transaction while it is open. No call to the outside is made while one is.</summary>
public sealed class UnitOfWork(NpgsqlConnection connection)
{
    /// <summary>The connection that the transaction is open on; every command on it belongs to the transaction.</summary>
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>Whether the work asked to leave nothing behind.</summary>
    public bool IsRolledBack { get; private set; }

    /// <summary>The ways of the events that were appended: whoever hands those out is woken after the commit.</summary>
    internal EventLanes Appended { get; set; }

    /// <summary>
    /// Makes several changes in one round trip, in their order. What is to be read in between has to be read before, or sent
    /// in two goes.
    /// </summary>
    /// <param name="statements">Null where there is nothing to change.</param>
    /// <returns>How many rows each that is not null has written or selected.</returns>
    public async Task<IReadOnlyList<long>> SendAsync(params IReadOnlyList<Statement?> statements)
    {
        List<Statement> sent = [.. statements.OfType<Statement>()];
        if (sent.Count == 0)
        {
            return [];
        }

        await using var batch = Connection.CreateBatch();
        foreach (var statement in sent)
        {
            batch.BatchCommands.Add(statement.ToCommand());
        }

        try
        {
            await batch.ExecuteNonQueryAsync();
        }
        catch (PostgresException refused) when (sent.Select(statement => statement.Refused?.Invoke(refused)).FirstOrDefault(known => known is not null) is { } known)
        {
            throw known;
        }

        List<long> rows = [.. batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(command => (long)command.Rows)];
        for (var index = 0; index < sent.Count; index++)
        {
            await (sent[index].Check?.Invoke(this, rows[index]) ?? Task.CompletedTask);
        }

        return rows;
    }

    /// <summary>Nothing of this transaction will be kept.</summary>
    public void RollBack() => IsRolledBack = true;
}
