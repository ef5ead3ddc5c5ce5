using System.Security.Cryptography;
using Npgsql;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Tests.Database;

/// <summary>A database of a test's own on the test server, dropped when the test is done.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private string? _app;

    private TestDatabase(string server, string name)
    {
        _server = server;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>The new database as its owner, who sees everything: for what a test itself asks and prepares.</summary>
    public string ConnectionString { get; }

    /// <summary>The new database as the app's own login, bound by row-level security: for everything that is tested.</summary>
    public string AppConnectionString => _app ?? throw new InvalidOperationException("an empty database has no login for the app");

    /// <summary>Creates a database with every migration applied, as a copy of one that was migrated once.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var template = await TemplateDatabase.NameAsync();
        var database = await CreateAsync($"TEMPLATE {template} STRATEGY {TemplateDatabase.Strategy}");
        database._app = await AppLogin.PrepareAsync(database.ConnectionString, RandomNumberGenerator.GetHexString(32), CancellationToken.None);
        return database;
    }

    /// <summary>Creates a database with nothing in it.</summary>
    public static Task<TestDatabase> CreateEmptyAsync() => CreateAsync("");

    public async ValueTask DisposeAsync()
    {
        await using (var own = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(own);
        }

        await ExecuteAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        // A role outlives its database; a stack on this one has made the same.
        await ExecuteAsync(_server, AppLogin.Drop(_name));
    }

    private static async Task<TestDatabase> CreateAsync(string options)
    {
        var server = await TestServer.ConnectionStringAsync();
        var name = $"test_{Guid.CreateVersion7():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} {options}");
        return new TestDatabase(server, name);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
