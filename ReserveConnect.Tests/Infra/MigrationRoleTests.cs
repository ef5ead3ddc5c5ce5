using Npgsql;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>What <c>infra/hooks/migrate.sh</c> does to the database, as far as it can be done without Azure.</summary>
public sealed class MigrationRoleTests
{
    [Fact]
    public async Task Migrating_gives_the_tables_to_the_owner_and_the_app_a_login_with_nothing_of_its_own()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var roles = await TestRoles.CreateAsync(database.ConnectionString);

        await MigrateAsync(database.ConnectionString, roles);
        // Once more, as the next deployment does.
        await MigrateAsync(database.ConnectionString, roles);

        Assert.Equal(
            roles.Owner,
            await ScalarAsync(database.ConnectionString, "SELECT tableowner FROM pg_tables WHERE schemaname = 'reserve' AND tablename = 'reservations'"));
        var app = roles.AppOf(database.ConnectionString);
        Assert.Equal(0L, await ScalarAsync(app, "SET ROLE reserve_service; SELECT count(*) FROM reserve.reservations"));
        foreach (var forbidden in (string[])["SELECT FROM reserve.cities", "SELECT FROM public.cities", "CREATE SCHEMA more", "CREATE ROLE more"])
        {
            await ExpectRefusalAsync(app, forbidden);
        }

        foreach (var forbidden in (string[])["CREATE TABLE reserve.more (id int)", "DROP TABLE reserve.reservations", "TRUNCATE reserve.financial_ledger", "ALTER TABLE reserve.financial_ledger DISABLE TRIGGER ALL", "DELETE FROM reserve.schema_migrations", "ALTER TABLE reserve.cities NO FORCE ROW LEVEL SECURITY"])
        {
            await ExpectRefusalAsync(app, $"SET ROLE reserve_service; {forbidden}");
        }
    }

    // Row-level security is forced, so the owner is bound by policies too: it goes by the service's.
    [Fact]
    public async Task The_owner_sees_the_rows_that_a_later_migration_changes()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var roles = await TestRoles.CreateAsync(database.ConnectionString);
        await MigrateAsync(database.ConnectionString, roles);

        Assert.Equal(
            1L,
            await ScalarAsync(
                database.ConnectionString,
                $"SET ROLE {roles.Owner}; WITH changed AS (UPDATE reserve.cities SET name = name RETURNING 1) SELECT count(*) FROM changed"));
        Assert.Equal(
            await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM reserve.schema_migrations"),
            await ScalarAsync(
                database.ConnectionString,
                $"SET ROLE {roles.Owner}; WITH changed AS (UPDATE reserve.schema_migrations SET checksum = checksum RETURNING 1) SELECT count(*) FROM changed"));
    }

    [Fact]
    public async Task What_an_app_of_before_was_granted_itself_is_taken_back()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var roles = await TestRoles.CreateAsync(database.ConnectionString);
        await MigrateAsync(database.ConnectionString, roles);
        var app = roles.AppOf(database.ConnectionString);
        await ScalarAsync(
            database.ConnectionString,
            $"""
            SET ROLE {roles.Owner};
            GRANT USAGE ON SCHEMA reserve TO "{roles.App}";
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA reserve TO "{roles.App}";
            """);
        Assert.Equal(0L, await ScalarAsync(app, "SELECT count(*) FROM reserve.cities"));

        await MigrateAsync(database.ConnectionString, roles);

        await ExpectRefusalAsync(app, "SELECT FROM reserve.cities");
        Assert.Equal(false, await ScalarAsync(database.ConnectionString, $"SELECT has_table_privilege('{roles.App}', 'reserve.cities', 'INSERT')"));
    }

    [Fact]
    public async Task The_embedded_host_s_schema_belongs_to_its_login_and_so_does_what_was_in_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var roles = await TestRoles.CreateAsync(database.ConnectionString);
        await ScalarAsync(database.ConnectionString, "CREATE SCHEMA durable; CREATE TABLE durable.host (version int); CREATE TABLE durable.timer_status (name text)");

        await MigrateAsync(database.ConnectionString, roles, "--embedded");

        Assert.Equal(0L, await ScalarAsync(roles.AppOf(database.ConnectionString), "ALTER TABLE durable.host ADD COLUMN starts bigint; SELECT count(*) FROM durable.timer_status"));
    }

    [Fact]
    public async Task An_object_id_without_a_role_is_a_mistake() =>
        await Assert.ThrowsAsync<UsageException>(
            () => MigrateCommand.RunAsync(
                new CommandLine(["--entra-object-id", Guid.CreateVersion7().ToString()]), "Host=127.0.0.1", TextWriter.Null, CancellationToken.None));

    private static async Task ExpectRefusalAsync(string connectionString, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connectionString, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private static async Task MigrateAsync(string connectionString, TestRoles roles, params string[] more) =>
        Assert.Equal(
            0,
            await MigrateCommand.RunAsync(
                new CommandLine(["--owner", roles.Owner, "--role", roles.App, .. more]), connectionString, TextWriter.Null, CancellationToken.None));

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
