using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>A statement that the database refuses leaves nothing behind on its connection, at whichever use it was refused.</summary>
public sealed class FailedStatementTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private const string Sql =
        """
        INSERT INTO reserve.exceptions (id, exception_key, exception_type, severity, title, status, created_at, due_at, updated_at)
        VALUES (@id, @key, 'inventory_mismatch', @severity, 'x', 'open', now(), now(), now())
        RETURNING exception_key
        """;

    // What comes after a refused statement of a batch never reaches the server, and must not be taken for prepared.
    [Fact]
    public async Task A_batch_that_was_refused_is_run_again_as_if_it_had_not_been()
    {
        await using var pools = DatabasePools.Build(OneConnection, null);
        for (var refused = 0; refused < 4; refused++)
        {
            for (var use = 0; use < 6; use++)
            {
                for (var failing = 0; failing < 3; failing++)
                {
                    await using var connection = await pools.Service.OpenConnectionAsync();
                    await using var transaction = await connection.BeginTransactionAsync();
                    await using var batch = new NpgsqlBatch(connection, transaction);
                    List<string> keys = [];
                    for (var part = 0; part < 3; part++)
                    {
                        keys.Add(Guid.CreateVersion7().ToString());
                        batch.BatchCommands.Add(new($"{Sql.Replace("@id", "$1").Replace("@key", "$2").Replace("@severity", "$3")}, '{refused} {part}'")
                        {
                            Parameters =
                            {
                                new() { Value = Guid.CreateVersion7() },
                                new() { Value = keys[part] },
                                new() { Value = use == refused && part == failing ? "wrong" : "low" },
                            },
                        });
                    }

                    if (use == refused)
                    {
                        await Assert.ThrowsAsync<PostgresException>(async () => await batch.ExecuteNonQueryAsync());
                        await transaction.RollbackAsync();
                        continue;
                    }

                    await using (var reader = await batch.ExecuteReaderAsync())
                    {
                        for (var part = 0; part < 3; part++, await reader.NextResultAsync())
                        {
                            Assert.True(await reader.ReadAsync());
                            Assert.Equal(keys[part], reader.GetString(0));
                        }
                    }

                    await transaction.CommitAsync();
                }
            }
        }
    }

    [Theory]
    [InlineData("wrong")]
    // No text of PostgreSQL's: refused before it is run.
    [InlineData("\0")]
    public async Task A_statement_that_was_refused_is_run_again_as_if_it_had_not_been(string wrong)
    {
        await using var pools = DatabasePools.Build(OneConnection, null);
        var own = new ReserveDatabase(pools, new EventBell(), Options.Create(OneConnection));
        for (var refused = 0; refused < 4; refused++)
        {
            for (var use = 0; use < 6; use++)
            {
                foreach (var isInTransaction in (bool[])[true, false])
                {
                    var key = Guid.CreateVersion7().ToString();
                    var sql = $"{Sql}, '{refused} {wrong.Length} {isInTransaction}'";
                    var values = new { id = Guid.CreateVersion7(), key, severity = use == refused ? wrong : "low" };
                    var insert = () => isInTransaction
                        ? own.TransactAsync(unit => unit.Connection.QuerySingleAsync<string>(sql, values), default)
                        : own.WriteAsync(connection => connection.QuerySingleAsync<string>(sql, values), EventLanes.None, default);
                    if (use == refused)
                    {
                        await Assert.ThrowsAsync<PostgresException>(insert);
                    }
                    else
                    {
                        Assert.Equal(key, await insert());
                    }
                }
            }
        }
    }

    // All that is run goes over the same one.
    private DatabaseOptions OneConnection =>
        new() { ConnectionString = new NpgsqlConnectionStringBuilder(database.AppConnectionString) { MaxPoolSize = 1 }.ConnectionString };
}
