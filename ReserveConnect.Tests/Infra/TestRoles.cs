using Npgsql;

namespace ReserveConnect.Tests.Infra;

/// <summary>Two roles of a test's own: whose the tables are, and as whom the app works. Disposed of before their database.</summary>
internal sealed class TestRoles : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly string _password = $"{Guid.CreateVersion7():N}";

    private TestRoles(string connectionString) => _connectionString = connectionString;

    public string Owner { get; } = $"test_owner_{Guid.CreateVersion7():N}";

    /// <summary>With hyphens, as a managed identity's name has.</summary>
    public string App { get; } = $"test-app-{Guid.CreateVersion7():N}";

    public static async Task<TestRoles> CreateAsync(string connectionString)
    {
        var roles = new TestRoles(connectionString);
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await roles.ExecuteAsync(
            $"""
            CREATE ROLE "{roles.Owner}";
            CREATE ROLE "{roles.App}" LOGIN PASSWORD '{roles._password}';
            GRANT CREATE ON DATABASE "{database}" TO "{roles.Owner}";
            GRANT CREATE ON SCHEMA public TO "{roles.Owner}";
            """);
        return roles;
    }

    public string AppOf(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = App, Password = _password }.ConnectionString;

    public async ValueTask DisposeAsync() =>
        await ExecuteAsync(
            $"""
            DROP OWNED BY "{App}", "{Owner}" CASCADE;
            DROP ROLE "{App}", "{Owner}";
            """);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
