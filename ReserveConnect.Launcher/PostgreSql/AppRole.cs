using Npgsql;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// The role as which the app works where the database is shared with others: it reads and writes the rows of schema
/// <c>reserve</c>, and owns and changes nothing of the schema itself.
/// </summary>
internal static class AppRole
{
    /// <summary>The database of an Azure server that has the functions for Entra principals.</summary>
    private const string EntraDatabase = "postgres";

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

    /// <summary>Gives the role what the app needs, and no more. Again after each migration: new tables know no grants.</summary>
    /// <param name="connectionString">As the owner of schema <c>reserve</c>.</param>
    /// <param name="role">An existing role.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task GrantAsync(string connectionString, string role, CancellationToken cancellation)
    {
        using var quoting = new NpgsqlCommandBuilder();
        var app = quoting.QuoteIdentifier(role);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        // Connecting and temporary tables are everybody's in a database where nobody has taken them away.
        await using var grant = new NpgsqlCommand(
            $"""
            GRANT USAGE ON SCHEMA reserve TO {app};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA reserve TO {app};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA reserve TO {app};
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA reserve TO {app};
            REVOKE INSERT, UPDATE, DELETE ON reserve.schema_migrations FROM {app};
            """,
            connection);
        await grant.ExecuteNonQueryAsync(cancellation);
    }
}
