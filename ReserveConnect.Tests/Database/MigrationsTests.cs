using Dapper;
using Npgsql;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

public sealed class MigrationsTests
{
    [Fact]
    public async Task An_empty_database_is_brought_to_this_version_and_a_second_start_applies_nothing()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await DatabaseRoles.EnsureAsync(database.ConnectionString, null, CancellationToken.None);

        var first = await Migrations.ApplyAsync(database.ConnectionString, CancellationToken.None);
        var second = await Migrations.ApplyAsync(database.ConnectionString, CancellationToken.None);

        Assert.Equal(first.Order(StringComparer.Ordinal), first);
        Assert.NotEmpty(first);
        Assert.Empty(second);
    }

    [Fact]
    public async Task Two_starts_at_once_apply_each_file_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await DatabaseRoles.EnsureAsync(database.ConnectionString, null, CancellationToken.None);

        var starts = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(_ => Migrations.ApplyAsync(database.ConnectionString, CancellationToken.None)));

        Assert.Single(starts, applied => applied.Count > 0);
    }

    [Fact]
    public async Task An_applied_file_that_changed_is_refused()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await DatabaseRoles.EnsureAsync(database.ConnectionString, null, CancellationToken.None);
        await Migrations.ApplyAsync(database.ConnectionString, CancellationToken.None);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.ExecuteAsync("UPDATE reserve.schema_migrations SET checksum = 'other' WHERE name LIKE '0001%'");

        var refusal = await Assert.ThrowsAsync<MigrationException>(
            () => Migrations.ApplyAsync(database.ConnectionString, CancellationToken.None));

        Assert.Contains("0001", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_become_records_with_nights_and_instants()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        System.Runtime.CompilerServices.RuntimeHelpers.RunModuleConstructor(typeof(Migrations).Module.ModuleHandle);

        var row = await connection.QuerySingleAsync<Row>(
            "SELECT @night AS check_in, timestamptz '2026-01-02 03:04:05Z' AS expires_at, 1.50::numeric(12,2) AS total_amount, NULL::timestamptz AS ended_at",
            new { night = new DateOnly(2026, 11, 22) });

        Assert.Equal(new Row(new DateOnly(2026, 11, 22), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), 1.50m, null), row);
    }

    private sealed record Row(DateOnly CheckIn, DateTimeOffset ExpiresAt, decimal TotalAmount, DateTimeOffset? EndedAt);
}
