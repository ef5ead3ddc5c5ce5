using System.Globalization;
using Npgsql;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>The PostgreSQL server of a stack: the operator's, or an embedded one.</summary>
public sealed class DatabaseServer : IAsyncDisposable
{
    /// <summary>The oldest PostgreSQL that this project supports.</summary>
    public const int OldestVersion = 15;

    /// <summary>The name of the product's database on the embedded server.</summary>
    public const string ProductDatabase = "reserve";

    private readonly EmbeddedPostgres? _embedded;

    private DatabaseServer(EmbeddedPostgres? embedded, string maintenance)
    {
        _embedded = embedded;
        Maintenance = maintenance;
    }

    /// <summary><c>Reserve__Database__ConnectionString</c> of the environment, or null.</summary>
    public static string? Configured =>
        Environment.GetEnvironmentVariable("Reserve__Database__ConnectionString") is { Length: > 0 } given ? given : null;

    /// <summary>Connection string of the operator's database, or of <c>postgres</c> on the embedded server.</summary>
    public string Maintenance { get; }

    /// <summary>The embedded server, or null.</summary>
    public EmbeddedPostgres? Embedded => _embedded;

    /// <summary>Connects to the operator's server, or starts the embedded one.</summary>
    /// <exception cref="LauncherException">The server does not answer, is too old, or does not start.</exception>
    public static async Task<DatabaseServer> StartAsync(string? connectionString, PostgresOptions options, CancellationToken cancellation)
    {
        if (connectionString is null)
        {
            var embedded = await EmbeddedPostgres.StartAsync(options, cancellation);
            return new DatabaseServer(embedded, embedded.ConnectionString);
        }

        await RequireVersionAsync(connectionString, cancellation);
        return new DatabaseServer(null, connectionString);
    }

    /// <summary>Creates database <paramref name="name"/> if it does not exist, and returns its connection string.</summary>
    public async Task<string> DatabaseAsync(string name, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(Maintenance);
        await connection.OpenAsync(cancellation);
        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", connection)
        {
            Parameters = { new() { Value = name } },
        };
        if (await exists.ExecuteScalarAsync(cancellation) is false)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE \"{name}\"", connection);
            await create.ExecuteNonQueryAsync(cancellation);
        }

        return new NpgsqlConnectionStringBuilder(Maintenance) { Database = name }.ConnectionString;
    }

    /// <summary>Removes database <paramref name="name"/>, whoever is connected to it, and its login.</summary>
    public async Task DropAsync(string name)
    {
        await using var connection = new NpgsqlConnection(Maintenance);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
        await using var login = new NpgsqlCommand(AppLogin.Drop(name), connection);
        await login.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
            await _embedded.DisposeAsync();
    }

    private static async Task RequireVersionAsync(string connectionString, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellation);
            if (connection.PostgreSqlVersion.Major < OldestVersion)
                throw new LauncherException(string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {connection.PostgreSqlVersion} is too old; version {OldestVersion} to 18 works"));
        }
        catch (Exception failure) when (failure is NpgsqlException or ArgumentException or TimeoutException)
        {
            throw new LauncherException($"Reserve__Database__ConnectionString is set, but that server does not answer: {failure.Message}", failure);
        }
    }
}
