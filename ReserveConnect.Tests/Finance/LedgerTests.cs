using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance;

public sealed class LedgerTests(MigratedDatabase fixture) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_transaction_posted_twice_is_in_the_books_once()
    {
        var transaction = Sale(Guid.CreateVersion7(), 100m);

        Assert.True(await PostAsync(transaction));
        Assert.False(await PostAsync(transaction));

        Assert.Equal(2, await CountAsync(transaction.BusinessKey));
    }

    [Fact]
    public async Task A_key_with_other_figures_is_refused_and_writes_nothing()
    {
        var key = Guid.CreateVersion7();
        await PostAsync(Sale(key, 100m));

        await Assert.ThrowsAsync<LedgerKeyReusedException>(() => PostAsync(Sale(key, 101m)));

        Assert.Equal(2, await CountAsync($"payment:{key}"));
    }

    [Fact]
    public async Task What_does_not_balance_is_refused_before_the_database_is_asked() =>
        await Assert.ThrowsAsync<UnbalancedTransactionException>(() => PostAsync(new(
            "test:unbalanced", "payment", "BRL", [new("cash_stripe", Side.Debit, 100m), new("guest_prepayment", Side.Credit, 99.99m)])));

    [Fact]
    public async Task An_account_that_the_chart_lacks_is_refused() =>
        await Assert.ThrowsAsync<UnbalancedTransactionException>(() => PostAsync(new(
            $"test:{Guid.CreateVersion7()}", "payment", "BRL", [new("cash_stripe", Side.Debit, 1m), new("cash_under_the_bed", Side.Credit, 1m)])));

    [Fact]
    public async Task Plain_sql_cannot_put_the_books_out_of_balance()
    {
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        await connection.OpenAsync();
        var broken = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(
                """
                INSERT INTO reserve.ledger_transactions (id, business_key, transaction_type, content_hash, created_at, created_by)
                VALUES (@id, 'sql:broken', 'payment', '\x00', now(), 'test');

                INSERT INTO reserve.financial_ledger (id, transaction_id, transaction_type, direction, amount, account, account_type, created_at, created_by)
                VALUES (gen_random_uuid(), @id, 'payment', 'debit', 10, 'cash_stripe', 'stripe', now(), 'test')
                """,
                new { id = Guid.CreateVersion7() });
            await transaction.CommitAsync();
        });

        Assert.Equal("RC003", broken.SqlState);
        Assert.Equal(0, await CountAsync("sql:broken"));
    }

    [Fact]
    public async Task Plain_sql_cannot_add_to_a_transaction_that_stands()
    {
        var transaction = Sale(Guid.CreateVersion7(), 100m);
        await PostAsync(transaction);
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);

        var broken = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            """
            INSERT INTO reserve.financial_ledger (id, transaction_id, transaction_type, direction, amount, account, account_type, created_at, created_by)
            SELECT gen_random_uuid(), id, 'payment', 'debit', 10, 'cash_stripe', 'stripe', now(), 'test'
            FROM reserve.ledger_transactions
            WHERE business_key = @BusinessKey
            """,
            new { transaction.BusinessKey }));

        Assert.Equal("RC003", broken.SqlState);
    }

    [Theory]
    [InlineData("UPDATE reserve.financial_ledger SET amount = amount + 1")]
    [InlineData("DELETE FROM reserve.financial_ledger")]
    [InlineData("TRUNCATE reserve.financial_ledger")]
    [InlineData("UPDATE reserve.ledger_transactions SET business_key = business_key || 'x'")]
    [InlineData("DELETE FROM reserve.audit_logs WHERE true")]
    public async Task What_is_written_stays_written(string sql)
    {
        await PostAsync(Sale(Guid.CreateVersion7(), 1m));
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        await connection.ExecuteAsync(
            "INSERT INTO reserve.audit_logs (entity_type, entity_id, action, actor, created_at) VALUES ('test', gen_random_uuid(), 'test', 'test', now())");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));

        Assert.Equal("RC002", refused.SqlState);
    }

    private static LedgerTransaction Sale(Guid attempt, decimal amount) =>
        new($"payment:{attempt}", "payment", "BRL", [new("cash_stripe", Side.Debit, amount), new("guest_prepayment", Side.Credit, amount)]);

    private Task<bool> PostAsync(LedgerTransaction transaction) =>
        fixture.Database.TransactAsync(unit => Ledger.PostAsync(unit, transaction, "test", Now), CancellationToken.None);

    private async Task<int> CountAsync(string businessKey)
    {
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        return await connection.ExecuteScalarAsync<int>(
            """
            SELECT count(*)
            FROM reserve.financial_ledger l
            JOIN reserve.ledger_transactions t ON t.id = l.transaction_id
            WHERE t.business_key = @businessKey
            """,
            new { businessKey });
    }
}
