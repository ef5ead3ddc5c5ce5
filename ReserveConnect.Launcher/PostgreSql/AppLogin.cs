using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>The login of a stack's functions: one for each database, named after it.</summary>
internal static class AppLogin
{
    private const string Suffix = "_app";

    /// <summary>Longer names are cut off by PostgreSQL.</summary>
    private const int LongestName = 63;

    /// <summary>The login of <paramref name="database"/>.</summary>
    public static string NameOf(string database) =>
        database.Length + Suffix.Length <= LongestName
            ? database + Suffix
            : throw new LauncherException($"the name of database '{database}' is longer than {LongestName - Suffix.Length} characters, so its login has none");

    /// <summary>Makes the login of a migrated database, or gives it its password again, with all that the functions need on the embedded host.</summary>
    /// <param name="connectionString">As whoever migrated it.</param>
    /// <param name="password">The login's.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The connection string of the functions.</returns>
    /// <exception cref="LauncherException">Whoever connects may not make logins.</exception>
    public static async Task<string> PrepareAsync(string connectionString, string password, CancellationToken cancellation)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        try
        {
            database.Database = await EnsureAsync(connectionString, password, cancellation);
            var name = NameOf(database.Database);
            await AppRole.GrantAsync(connectionString, null, name, cancellation);
            await HostSchema.GiveAsync(connectionString, name, cancellation);
            database.Username = name;
            database.Password = password;
            return database.ConnectionString;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new LauncherException(
                $"'{database.Username}' may not make the login that the functions connect with ({refused.MessageText}); "
                + "name a user with CREATEROLE in Reserve__Database__ConnectionString",
                refused);
        }
    }

    /// <summary>Removes the login of a database that is gone.</summary>
    public static string Drop(string database) => $"DROP ROLE IF EXISTS {DatabaseRoles.Quoted(NameOf(database))}";

    private static async Task<string> EnsureAsync(string connectionString, string password, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        var name = NameOf(connection.Database);
        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", connection)
        {
            Parameters = { new() { Value = name } },
        };
        var verb = await exists.ExecuteScalarAsync(cancellation) is true ? "ALTER" : "CREATE";
        // Not a parameter, which this statement does not take; it is of letters and digits.
        await using var make = new NpgsqlCommand($"{verb} ROLE {DatabaseRoles.Quoted(name)} LOGIN NOINHERIT PASSWORD '{password}'", connection);
        await make.ExecuteNonQueryAsync(cancellation);
        return connection.Database;
    }
}
