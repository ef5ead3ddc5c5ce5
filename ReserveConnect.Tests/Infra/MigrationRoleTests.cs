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
    public async Task Migrating_gives_the_tables_to_the_owner_and_the_app_their_rows_only()
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
        Assert.Equal(0L, await ScalarAsync(app, "SELECT count(*) FROM reserve.reservations"));
        foreach (var forbidden in (string[])["CREATE TABLE reserve.more (id int)", "DROP TABLE reserve.reservations", "TRUNCATE reserve.financial_ledger", "ALTER TABLE reserve.financial_ledger DISABLE TRIGGER ALL", "DELETE FROM reserve.schema_migrations", "CREATE ROLE more"])
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(app, forbidden));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task An_object_id_without_a_role_is_a_mistake() =>
        await Assert.ThrowsAsync<UsageException>(
            () => MigrateCommand.RunAsync(
                new CommandLine(["--entra-object-id", Guid.CreateVersion7().ToString()]), "Host=127.0.0.1", TextWriter.Null, CancellationToken.None));

    private static async Task MigrateAsync(string connectionString, TestRoles roles) =>
        Assert.Equal(
            0,
            await MigrateCommand.RunAsync(
                new CommandLine(["--owner", roles.Owner, "--role", roles.App]), connectionString, TextWriter.Null, CancellationToken.None));

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
