using Npgsql;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task A_copy_has_every_migration_and_nothing_of_another_copy()
    {
        await using var one = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync();
        await Sql.RunAsync(one.ConnectionString, "CREATE TABLE only_here (id int)");

        await using var connection = new NpgsqlConnection(other.ConnectionString);
        await connection.OpenAsync();
        Assert.Empty(await Migrations.PendingAsync(connection));
        Assert.False(await Sql.ScalarAsync<bool>(other.ConnectionString, "SELECT to_regclass('only_here') IS NOT NULL"));
    }
}
