using Dapper;
using Npgsql;
using ReserveConnect.Accounts;

namespace ReserveConnect.Database;

/// <summary>
/// The roles under which every row of schema <c>reserve</c> is read and written (design section 5). None of them can log in,
/// and they belong to the cluster: all its databases share them. What each may see is in the migrations.
/// </summary>
public static class DatabaseRoles
{
    /// <summary>The system itself: sagas, timers, webhooks, and what an operation does for a caller that it has let in.</summary>
    public const string Service = "reserve_service";

    /// <summary>Agents, supervisors and admins.</summary>
    public const string Staff = "reserve_staff";

    /// <summary>Owners of properties.</summary>
    public const string Owner = "reserve_owner";

    /// <summary>Guests, with an account or with the token of one booking.</summary>
    public const string Guest = "reserve_guest";

    /// <summary>Whoever is not known.</summary>
    public const string Anonymous = "reserve_anonymous";

    /// <summary>All of them, in the order in which they are granted.</summary>
    public static IReadOnlyList<string> All { get; } = [Service, Staff, Owner, Guest, Anonymous];

    /// <summary>The first version in which a membership, and not the member, says whether it is inherited.</summary>
    private const int GrantsHaveOptions = 16;

    /// <summary>The role as which an actor's reads are made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The service reads without anybody in whose name it could.</exception>
    public static string Of(ActorKind kind) => kind switch
    {
        ActorKind.Anonymous => Anonymous,
        ActorKind.Guest => Guest,
        ActorKind.Owner => Owner,
        ActorKind.Agent or ActorKind.Supervisor or ActorKind.Admin => Staff,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is nobody to read for"),
    };

    /// <summary>
    /// Makes the roles that are missing, and lets whoever migrates change rows: row-level security is forced, so the owner of
    /// the tables sees what the service sees only as a member of it. Several databases of a cluster may do this at once.
    /// </summary>
    /// <param name="connectionString">As somebody who may create roles.</param>
    /// <param name="owner">Whose the tables are; null for whoever connects.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="MigrationException">Whoever connects may not do that.</exception>
    public static async Task EnsureAsync(string connectionString, string? owner, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        try
        {
            foreach (var role in await MissingAsync(connection))
            {
                await CreateAsync(connection, role);
            }

            await LetMigrateAsync(connection, owner);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var user = await connection.ExecuteScalarAsync<string>("SELECT current_user");
            throw new MigrationException(
                $"'{user}' may not make or grant the roles {string.Join(", ", All)} ({refused.MessageText}); "
                + "it needs CREATEROLE, and where another has made them, their ADMIN OPTION");
        }
    }

    /// <summary>Checks that migrations can be applied here.</summary>
    /// <exception cref="MigrationException">Roles are missing, or rows would be hidden from whoever migrates.</exception>
    internal static async Task RequireAsync(NpgsqlConnection connection)
    {
        if (await MissingAsync(connection) is { Count: > 0 } missing)
        {
            throw new MigrationException($"the cluster has no role {string.Join(", ", missing)}; ./reserve migrate makes them before it migrates");
        }

        if (!await MayAsync(connection, "current_user", "USAGE", [Service]))
        {
            throw new MigrationException(
                $"'{await connection.ExecuteScalarAsync<string>("SELECT current_user")}' is no member of {Service}: row-level security would hide from it the rows "
                + "that a migration changes; ./reserve migrate makes it one");
        }
    }

    private static async Task<List<string>> MissingAsync(NpgsqlConnection connection) =>
    [
        .. await connection.QueryAsync<string>(
            """
            SELECT name
            FROM unnest(@All) WITH ORDINALITY AS wanted (name, place)
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
            ORDER BY place
            """,
            new { All }),
    ];

    private static async Task CreateAsync(NpgsqlConnection connection, string role)
    {
        try
        {
            await connection.ExecuteAsync($"CREATE ROLE {role} NOLOGIN");
        }
        catch (PostgresException twin) when (twin.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            // Another database of this cluster was first.
        }
    }

    // Who owns the tables also grants the roles to the app's login, so that any of several administrators may deploy.
    private static async Task LetMigrateAsync(NpgsqlConnection connection, string? owner)
    {
        var quoted = owner is null ? "CURRENT_USER" : Quoted(owner);
        var subject = owner is null ? "current_user" : Literal(owner);
        var hasOptions = connection.PostgreSqlVersion.Major >= GrantsHaveOptions;
        if (!await MayAsync(connection, subject, "USAGE", [Service]))
        {
            await connection.ExecuteAsync($"GRANT {Service} TO {quoted}{(hasOptions ? " WITH INHERIT TRUE" : "")}");
        }

        // Whoever made the roles has this option from the start, and cannot be given it again.
        if (owner is not null && !await MayAsync(connection, subject, "MEMBER WITH ADMIN OPTION", All))
        {
            await connection.ExecuteAsync($"GRANT {string.Join(", ", All)} TO {quoted} WITH ADMIN OPTION");
        }
    }

    // A superuser may everything.
    private static Task<bool> MayAsync(NpgsqlConnection connection, string subject, string privilege, IReadOnlyList<string> roles) =>
        connection.ExecuteScalarAsync<bool>(
            $"SELECT bool_and(pg_has_role({subject}, role, @privilege)) FROM unnest(@roles) AS role", new { privilege, roles });

    /// <summary>A name as an SQL identifier.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string name) => $"'{name.Replace("'", "''", StringComparison.Ordinal)}'::name";
}
