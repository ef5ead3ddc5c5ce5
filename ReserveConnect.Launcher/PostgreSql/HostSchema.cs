using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// The embedded host's own schema. The host makes and upgrades its tables itself, so the schema belongs to the login that the
/// host connects with; more than this schema that login may not make.
/// </summary>
internal static class HostSchema
{
    private const string Name = "durable";

    /// <summary>The first version in which being a member is not yet being allowed to become.</summary>
    private const int GrantsHaveOptions = 16;

    /// <summary>Gives the schema to the role: a new one, or that of a database of before with all that is in it.</summary>
    public static async Task GiveAsync(string connectionString, string role, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        var owner = DatabaseRoles.Quoted(role);
        if (!await MayBecomeAsync(connection, role, cancellation))
            await RunAsync(connection, $"GRANT {owner} TO CURRENT_USER", cancellation);

        await RunAsync(connection, await ExistsAsync(connection, cancellation) ? $"ALTER SCHEMA {Name} OWNER TO {owner}" : $"CREATE SCHEMA {Name} AUTHORIZATION {owner}", cancellation);
        foreach (var table in await TablesOfOthersAsync(connection, role, cancellation))
            await RunAsync(connection, $"ALTER TABLE {table} OWNER TO {owner}", cancellation);
    }

    private static async Task<bool> MayBecomeAsync(NpgsqlConnection connection, string role, CancellationToken cancellation)
    {
        var become = connection.PostgreSqlVersion.Major >= GrantsHaveOptions ? "SET" : "MEMBER";
        await using var command = new NpgsqlCommand($"SELECT pg_has_role($1, '{become}')", connection) { Parameters = { new() { Value = role } } };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT to_regnamespace('{Name}') IS NOT NULL", connection);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    // Their sequences go with them.
    private static async Task<List<string>> TablesOfOthersAsync(NpgsqlConnection connection, string role, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT format('%I.%I', schemaname, tablename)
            FROM pg_tables
            WHERE schemaname = $1
              AND tableowner <> $2
            """,
            connection)
        { Parameters = { new() { Value = Name }, new() { Value = role } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tables = new List<string>();
        while (await reader.ReadAsync(cancellation))
            tables.Add(reader.GetString(0));
        return tables;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
