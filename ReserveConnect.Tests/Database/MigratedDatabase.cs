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
    private DatabasePools? _pools;

    public string ConnectionString => _database!.ConnectionString;

    /// <summary>As the app's own login.</summary>
    public string AppConnectionString => _database!.AppConnectionString;

    /// <summary>As the app's own login once it works as the service: what the application's SQL can do at most.</summary>
    public string ServiceConnectionString =>
        new NpgsqlConnectionStringBuilder(AppConnectionString) { Options = $"-c role={DatabaseRoles.Service}" }.ConnectionString;

    /// <summary>The application's own way to it.</summary>
    public ReserveDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var options = new DatabaseOptions { ConnectionString = _database.AppConnectionString };
        _pools = DatabasePools.Build(options, null);
        Database = new(_pools, new EventBell(), Options.Create(options));
    }

    public async Task DisposeAsync()
    {
        await _pools!.DisposeAsync();
        await _database!.DisposeAsync();
    }
}
