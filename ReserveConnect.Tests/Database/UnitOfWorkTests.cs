using Dapper;
using Npgsql;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>Changes of one transaction that go to the server together.</summary>
public sealed class UnitOfWorkTests(MigratedDatabase fixture) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(-3));

    [Fact]
    public async Task They_are_made_in_their_order_and_say_how_many_rows_they_were()
    {
        var scope = Scope();

        var rows = await fixture.Database.TransactAsync(
            unit => unit.SendAsync(Insert(scope, "a"), null, Insert(scope, "b"), Rename(scope, "b", "c"), Found(scope), Rename(scope, "nobody", "d")), default);

        Assert.Equal([1, 1, 1, 2, 0], rows);
        Assert.Equal(["a", "c"], await KeysAsync(scope));
    }

    [Fact]
    public async Task One_that_finds_other_rows_than_it_must_leaves_nothing_of_its_transaction()
    {
        var scope = Scope();

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Database.TransactAsync(
            unit => unit.SendAsync(
                Insert(scope, "a"), Rename(scope, "nobody", "b") with { Check = Statement.Requires(1, "nobody is gone") }, Insert(scope, "c")),
            default));

        Assert.Equal("nobody is gone", failed.Message);
        Assert.Empty(await KeysAsync(scope));
    }

    [Fact]
    public async Task One_that_the_server_refuses_leaves_nothing_of_its_transaction()
    {
        var scope = Scope();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => fixture.Database.TransactAsync(
            unit => unit.SendAsync(Insert(scope, "a"), Insert(scope, "a"), Insert(scope, "b")), default));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
        Assert.Empty(await KeysAsync(scope));
    }

    [Fact]
    public async Task Nothing_to_change_is_nothing_to_send() =>
        Assert.Empty(await fixture.Database.TransactAsync(unit => unit.SendAsync(null, null), default));

    // A null must have a type where nothing else says which.
    [Fact]
    public async Task Every_value_arrives_as_it_is_and_a_null_as_one_of_its_type() =>
        Assert.Equal([1, 1], await fixture.Database.TransactAsync(
            unit => unit.SendAsync(
                new Statement(
                    """
                    SELECT
                    WHERE @Text = 'é'
                      AND @Id = '01a20000-0000-7000-8000-000000000000'::uuid
                      AND @Night = DATE '2026-12-24'
                      AND @Now = TIMESTAMPTZ '2026-11-22 15:00:00+00'
                      AND @Amount = 12.34
                      AND @Count + 1 = 4
                      AND @Yes
                      AND @Hash = '\xff'::bytea
                      AND @Texts = ARRAY['a', NULL]
                      AND @Ids = ARRAY['01a20000-0000-7000-8000-000000000000', NULL]::uuid[]
                      AND @Amounts = ARRAY[1.5]
                    """,
                    new
                    {
                        Text = "é", Id = new Guid("01a20000-0000-7000-8000-000000000000"), Night = new DateOnly(2026, 12, 24), Now, Amount = 12.34m, Count = 3,
                        Yes = true, Hash = new byte[] { 0xff }, Texts = new[] { "a", null }, Ids = new Guid?[] { new("01a20000-0000-7000-8000-000000000000"), null },
                        Amounts = new[] { 1.5m },
                    }),
                new Statement(
                    "SELECT WHERE (@Text, @Id, @Night, @Now, @Amount, @Count, @Yes, @Hash) IS NULL",
                    new
                    {
                        Text = (string?)null, Id = (Guid?)null, Night = (DateOnly?)null, Now = (DateTimeOffset?)null, Amount = (decimal?)null, Count = (int?)null,
                        Yes = (bool?)null, Hash = (byte[]?)null,
                    })),
            default));

    private static string Scope() => Guid.CreateVersion7().ToString();

    private static Statement Insert(string scope, string key) => new(
        "INSERT INTO reserve.idempotency_keys (scope, key, request_hash, resource_id, created_at) VALUES (@scope, @key, @Hash, @Id, @Now)",
        new { scope, key, Hash = Array.Empty<byte>(), Id = Guid.Empty, Now });

    private static Statement Rename(string scope, string from, string to) =>
        new("UPDATE reserve.idempotency_keys SET key = @to WHERE scope = @scope AND key = @from", new { scope, from, to });

    private static Statement Found(string scope) => new("SELECT FROM reserve.idempotency_keys WHERE scope = @scope", new { scope });

    private async Task<IEnumerable<string>> KeysAsync(string scope)
    {
        await using var connection = await fixture.Database.OpenAsync(default);
        return await connection.QueryAsync<string>("SELECT key FROM reserve.idempotency_keys WHERE scope = @scope ORDER BY key", new { scope });
    }
}
