using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// The login that the app connects with: it has nothing of its own, owns and changes nothing of the schema, and may become
/// each of <see cref="DatabaseRoles"/>, whose rights and policies are then all that it has.
/// </summary>
internal static class AppRole
{
    /// <summary>The database of an Azure server that has the functions for Entra principals.</summary>
    private const string EntraDatabase = "postgres";

    /// <summary>The first version in which a membership, and not the member, says whether it is inherited.</summary>
    private const int GrantsHaveOptions = 16;

    /// <summary>
    /// Makes the role of a managed identity on an Azure server, if it is not there.
    /// See https://learn.microsoft.com/azure/postgresql/security/security-manage-entra-users.
    /// </summary>
    /// <param name="connectionString">As an Entra administrator.</param>
    /// <param name="role">The identity's name.</param>
    /// <param name="objectId">Its object id: names are not unique in a directory.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task EnsurePrincipalAsync(string connectionString, string role, Guid objectId, CancellationToken cancellation)
    {
        var entra = new NpgsqlConnectionStringBuilder(connectionString) { Database = EntraDatabase, Pooling = false };
        await using var connection = new NpgsqlConnection(entra.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var create = new NpgsqlCommand(
            """
            SELECT pgaadauth_create_principal_with_oid(@role, @objectId, 'service', false, false)
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = @role)
            """,
            connection);
        create.Parameters.AddWithValue("role", role);
        create.Parameters.AddWithValue("objectId", objectId.ToString());
        await create.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Lets the role work as the app, and takes away what databases of before row-level security gave it directly.</summary>
    /// <param name="connectionString">As whoever migrates.</param>
    /// <param name="owner">Whose schema <c>reserve</c> is; null for whoever connects.</param>
    /// <param name="role">An existing login.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task GrantAsync(string connectionString, string? owner, string role, CancellationToken cancellation)
    {
        var app = DatabaseRoles.Quoted(role);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        var hasOptions = connection.PostgreSqlVersion.Major >= GrantsHaveOptions;
        var database = DatabaseRoles.Quoted(connection.Database);
        await RunAsync(
            connection,
            $"""
            {(hasOptions ? "" : $"ALTER ROLE {app} NOINHERIT;")}
            {await UnlessAsync(connection, role, "CONNECT", $"GRANT CONNECT ON DATABASE {database} TO {app};")}
            {await UnlessAsync(connection, DatabaseRoles.Service, "TEMPORARY", $"GRANT TEMPORARY ON DATABASE {database} TO {DatabaseRoles.Service};")}
            {(owner is null ? "" : $"SET ROLE {DatabaseRoles.Quoted(owner)};")}
            GRANT {string.Join(", ", DatabaseRoles.All)} TO {app}{(hasOptions ? " WITH INHERIT FALSE, SET TRUE" : "")};
            REVOKE ALL ON ALL TABLES IN SCHEMA reserve FROM {app};
            REVOKE ALL ON ALL SEQUENCES IN SCHEMA reserve FROM {app};
            REVOKE ALL ON ALL FUNCTIONS IN SCHEMA reserve FROM {app};
            REVOKE ALL ON SCHEMA reserve FROM {app};
            RESET ROLE;
            """,
            cancellation);
    }

    // Both are everybody's in a database where nobody has taken them away; giving them is its owner's to do.
    private static async Task<string> UnlessAsync(NpgsqlConnection connection, string role, string privilege, string grant)
    {
        await using var command = new NpgsqlCommand("SELECT has_database_privilege($1, current_database(), $2)", connection)
        {
            Parameters = { new() { Value = role }, new() { Value = privilege } },
        };
        return await command.ExecuteScalarAsync() is true ? "" : grant;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
