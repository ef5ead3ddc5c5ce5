using Dapper;
using Npgsql;

namespace ReserveConnect.Database;

/// <summary>The login that the app connects with cannot be worked with: what is wrong with it, and what to run.</summary>
public sealed class LoginRoleException(string message) : Exception(message);

/// <summary>
/// The role that the connection string names. It has nothing of its own: a connection becomes one of
/// <see cref="DatabaseRoles"/> when it is opened. One that row-level security does not bind is refused.
/// </summary>
internal static class LoginRole
{
    private const string Remedy = "; give the app a login of its own with ./reserve migrate --role NAME, and connect as that";

    // No row, and so no role, for a login that would see everything whatever the policies say.
    private const string SetRole =
        """
        SELECT set_config('role', $1, false), CASE WHEN $2 THEN set_config('default_transaction_read_only', 'on', false) END
        FROM pg_roles
        WHERE rolname = session_user
          AND NOT rolsuper
          AND NOT rolbypassrls
        """;

    /// <summary>Makes a newly opened connection one of <paramref name="role"/>.</summary>
    /// <exception cref="LoginRoleException">The login bypasses row-level security, or may not become the role.</exception>
    public static void Become(NpgsqlConnection connection, string role, bool isReadOnly)
    {
        using var command = Command(connection, role, isReadOnly);
        try
        {
            Require(command.ExecuteScalar(), connection);
        }
        catch (PostgresException refused) when (IsAboutRole(refused))
        {
            throw Refused(connection, refused);
        }
    }

    /// <inheritdoc cref="Become"/>
    public static async Task BecomeAsync(NpgsqlConnection connection, string role, bool isReadOnly)
    {
        await using var command = Command(connection, role, isReadOnly);
        try
        {
            Require(await command.ExecuteScalarAsync(), connection);
        }
        catch (PostgresException refused) when (IsAboutRole(refused))
        {
            throw Refused(connection, refused);
        }
    }

    /// <summary>Checks everything that the app will need of its login.</summary>
    /// <param name="connection">Of the service's pool.</param>
    /// <exception cref="LoginRoleException">It may not become one of the roles, or has rights of its own.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection)
    {
        var mayBecome = connection.PostgreSqlVersion.Major >= 16 ? "SET" : "MEMBER";
        var (login, missing, isMember) = await connection.QuerySingleAsync<(string, string?, bool)>(
            """
            SELECT session_user::text,
                   string_agg(name, ', ') FILTER (WHERE r.oid IS NULL OR NOT pg_has_role(session_user, r.oid, @mayBecome)),
                   bool_or(coalesce(pg_has_role(session_user, r.oid, 'USAGE'), false))
            FROM unnest(@All) AS name
            LEFT JOIN pg_roles r ON r.rolname = name
            """,
            new { DatabaseRoles.All, mayBecome });
        if (missing is not null)
        {
            throw new LoginRoleException($"'{login}' may not become {missing}{Remedy}");
        }

        if (isMember)
        {
            throw new LoginRoleException($"'{login}' inherits the rights of the roles that it may become, or owns the tables{Remedy}");
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string role, bool isReadOnly) =>
        new(SetRole, connection) { Parameters = { new() { Value = role }, new() { Value = isReadOnly } } };

    private static void Require(object? role, NpgsqlConnection connection)
    {
        if (role is null)
        {
            throw new LoginRoleException($"'{connection.UserName}' is a superuser or has BYPASSRLS, so row-level security would not bind the app{Remedy}");
        }
    }

    private static bool IsAboutRole(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidParameterValue;

    private static LoginRoleException Refused(NpgsqlConnection connection, PostgresException refused) =>
        new($"'{connection.UserName}' cannot work as the app: {refused.MessageText}{Remedy}");
}
