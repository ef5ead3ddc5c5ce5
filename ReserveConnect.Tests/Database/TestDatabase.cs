using Npgsql;

namespace ReserveConnect.Tests.Database;

/// <summary>A database of a test's own on the test server, dropped when the test is done.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private TestDatabase(string server, string name)
    {
        _server = server;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>Where the new database is.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a database with every migration applied, as a copy of one that was migrated once.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var template = await TemplateDatabase.NameAsync();
        return await CreateAsync($"TEMPLATE {template} STRATEGY {TemplateDatabase.Strategy}");
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
