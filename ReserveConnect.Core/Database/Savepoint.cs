using Dapper;

namespace ReserveConnect.Database;

/// <summary>A point in an open transaction to which its later work can be undone.</summary>
public sealed class Savepoint : IAsyncDisposable
{
    private readonly UnitOfWork _unit;
    private readonly string _name;
    private bool _isKept;

    private Savepoint(UnitOfWork unit, string name)
    {
        _unit = unit;
        _name = name;
    }

    /// <param name="unit">The open transaction.</param>
    /// <param name="name">An SQL identifier of the caller's own making.</param>
    public static async Task<Savepoint> SetAsync(UnitOfWork unit, string name)
    {
        await unit.Connection.ExecuteAsync($"SAVEPOINT {name}");
        return new(unit, name);
    }

    /// <summary>What came since the savepoint stays; without this it is undone when the savepoint goes out of scope.</summary>
    public async Task KeepAsync()
    {
        await _unit.Connection.ExecuteAsync($"RELEASE SAVEPOINT {_name}");
        _isKept = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isKept)
        {
            await _unit.Connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {_name}");
        }
    }
}
