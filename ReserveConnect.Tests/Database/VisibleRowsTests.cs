using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>A migrated database with <see cref="SeededRows"/> in it.</summary>
public sealed class SeededDatabase : IAsyncLifetime
{
    private readonly MigratedDatabase _database = new();

    public ReserveDatabase Database => _database.Database;

    public string ConnectionString => _database.ConnectionString;

    public IReadOnlyList<string> Tables { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        await SeededRows.WriteAsync(ConnectionString);
        await using var connection = new NpgsqlConnection(ConnectionString);
        Tables = [.. await connection.QueryAsync<string>("SELECT tablename FROM pg_tables WHERE schemaname = 'reserve' ORDER BY tablename")];
    }

    public Task DisposeAsync() => _database.DisposeAsync();
}

/// <summary>Row-level security, seen from outside: what each kind of caller is shown of each table.</summary>
public sealed class VisibleRowsTests(SeededDatabase seeded) : IClassFixture<SeededDatabase>
{
    private const string Everything = "true";

    public static TheoryData<string> Callers => new(SeededRows.Callers.Select(caller => caller.Name));

    [Fact]
    public async Task Every_table_has_rows_to_tell_by()
    {
        foreach (var table in seeded.Tables)
        {
            Assert.True((await RowsAsync(table, Everything)).Count > 0, $"SeededRows has nothing for reserve.{table}, so nobody knows who sees it");
        }
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task A_caller_sees_exactly_the_rows_that_are_declared(string name)
    {
        var (_, actor, sees) = SeededRows.Callers.Single(caller => caller.Name == name);
        foreach (var table in seeded.Tables)
        {
            var columns = await ColumnsAsync(actor, table);
            var declared = sees.TryGetValue(table, out var which) ? await RowsAsync(table, which, columns) : [];
            var shown = await SeenAsync(actor, table, columns);
            Assert.True(declared.SequenceEqual(shown), $"{name} is shown {shown.Count} rows of {table} and should be {declared.Count}:\n{string.Join('\n', shown)}");
        }
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task A_caller_changes_nothing(string name)
    {
        var actor = SeededRows.Callers.Single(caller => caller.Name == name).Actor;
        foreach (var table in seeded.Tables)
        {
            foreach (var change in (string[])[$"INSERT INTO reserve.{table} DEFAULT VALUES", $"DELETE FROM reserve.{table}", $"TRUNCATE reserve.{table}"])
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(
                    () => seeded.Database.ReadAsync(actor, connection => connection.ExecuteAsync(change), CancellationToken.None));
                Assert.True(
                    refused.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege, $"{change}: {refused.Message}");
            }
        }
    }

    // A caller's connection may become another role, as the login may; whatever it becomes, reading as somebody goes by policies.
    [Fact]
    public async Task The_service_sees_every_row_and_the_login_itself_none()
    {
        await using var service = await seeded.Database.OpenAsync(CancellationToken.None);
        foreach (var table in seeded.Tables)
        {
            Assert.Equal(await RowsAsync(table, Everything), [.. await service.QueryAsync<string>(Sorted(table, Everything))]);
        }

        await service.ExecuteAsync("BEGIN; SET LOCAL ROLE none");
        foreach (var table in seeded.Tables)
        {
            await service.ExecuteAsync("SAVEPOINT before");
            var refused = await Assert.ThrowsAsync<PostgresException>(() => service.ExecuteAsync($"SELECT FROM reserve.{table}"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            await service.ExecuteAsync("ROLLBACK TO before");
        }

        await service.ExecuteAsync("ROLLBACK");
    }

    [Fact]
    public async Task The_public_views_show_a_reader_what_is_for_sale()
    {
        foreach (var (view, table) in (IEnumerable<(string, string)>)[("cities", "cities"), ("properties", "properties_map"), ("units", "unit_map")])
        {
            var shown = await seeded.Database.ReadAsync(
                Actor.Anonymous, connection => connection.QueryAsync<Guid>($"SELECT id FROM public.{view} ORDER BY id"), CancellationToken.None);
            var catalogue = await seeded.Database.ReadAsync(
                Actor.Anonymous, connection => connection.QueryAsync<Guid>($"SELECT id FROM reserve.{table} ORDER BY id"), CancellationToken.None);
            Assert.NotEmpty(shown);
            Assert.Equal(catalogue, shown);
        }
    }

    [Fact]
    public async Task An_owner_is_not_shown_by_what_a_guest_proves_a_booking()
    {
        var columns = await ColumnsAsync(new(ActorKind.Owner, SeededRows.OwnerA), "reservations");

        Assert.Contains("guest_phone", columns);
        Assert.DoesNotContain("guest_email", columns);
    }

    // Of some tables a role is shown some columns.
    private async Task<IReadOnlyList<string>> ColumnsAsync(Actor actor, string table)
    {
        await using var connection = new NpgsqlConnection(seeded.ConnectionString);
        return
        [
            .. await connection.QueryAsync<string>(
                """
                SELECT attname
                FROM pg_attribute
                WHERE attrelid = ('reserve.' || @table)::regclass
                  AND attnum > 0
                  AND NOT attisdropped
                  AND has_column_privilege(@role, attrelid, attname, 'SELECT')
                ORDER BY attnum
                """,
                new { table, role = DatabaseRoles.Of(actor.Kind) }),
        ];
    }

    private async Task<IReadOnlyList<string>> SeenAsync(Actor actor, string table, IReadOnlyList<string> columns)
    {
        try
        {
            return await seeded.Database.ReadAsync<IReadOnlyList<string>>(
                actor,
                async connection => [.. await connection.QueryAsync<string>(columns.Count == 0 ? $"SELECT row::text FROM reserve.{table} AS row" : Sorted(table, Everything, columns))],
                CancellationToken.None);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string table, string which, IReadOnlyList<string>? columns = null)
    {
        await using var connection = new NpgsqlConnection(seeded.ConnectionString);
        return [.. await connection.QueryAsync<string>(Sorted(table, which, columns))];
    }

    private static string Sorted(string table, string which, IReadOnlyList<string>? columns = null)
    {
        var row = columns is null ? "whole" : $"ROW({string.Join(", ", columns.Select(column => $"whole.{column}"))})";
        return $"SELECT {row}::text FROM reserve.{table} AS whole WHERE {which} ORDER BY {row}::text COLLATE \"C\"";
    }
}
