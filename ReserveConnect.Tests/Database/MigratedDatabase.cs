using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>A migrated database for the tests of one class.</summary>
public sealed class MigratedDatabase : IAsyncLifetime
{
    private TestDatabase? _database;
    private NpgsqlDataSource? _dataSource;

    public string ConnectionString => _database!.ConnectionString;

    /// <summary>The application's own way to it.</summary>
    public ReserveDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _dataSource = NpgsqlDataSource.Create(_database.ConnectionString);
        Database = new(_dataSource, new EventBell(), Options.Create(new DatabaseOptions { ConnectionString = _database.ConnectionString }));
    }

    public async Task DisposeAsync()
    {
        await _dataSource!.DisposeAsync();
        await _database!.DisposeAsync();
    }
}
