using Npgsql;

namespace ReserveConnect.Database;

/// <summary>A transaction while it is open. No call to the outside is made while one is.</summary>
public sealed class UnitOfWork(NpgsqlConnection connection)
{
    /// <summary>The connection that the transaction is open on; every command on it belongs to the transaction.</summary>
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>Whether the work asked to leave nothing behind.</summary>
    public bool IsRolledBack { get; private set; }

    /// <summary>Whether events were appended, so that their dispatcher is woken after the commit.</summary>
    internal bool HasEvents { get; set; }

    /// <summary>Nothing of this transaction will be kept.</summary>
    public void RollBack() => IsRolledBack = true;
}
