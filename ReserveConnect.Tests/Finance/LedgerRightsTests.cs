using Dapper;
using Npgsql;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>What the application's own login can do to the books by plain SQL: read them, and post what is sound.</summary>
public sealed class LedgerRightsTests(MigratedDatabase fixture) : IClassFixture<MigratedDatabase>
{
    private const string Sound = "ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[10.00, 10.00]";

    [Theory]
    [InlineData("INSERT INTO reserve.ledger_transactions (id, business_key, transaction_type, content_hash, created_at, created_by) VALUES (gen_random_uuid(), 'sql', 'payment', '\\x00', now(), 'sql')")]
    [InlineData("INSERT INTO reserve.financial_ledger (id, transaction_id, transaction_type, direction, amount, account, account_type, created_at, created_by) SELECT gen_random_uuid(), id, 'payment', d.side, 1, 'cash_pix', 'platform', now(), 'sql' FROM reserve.ledger_transactions CROSS JOIN (VALUES ('debit'), ('credit')) AS d (side)")]
    [InlineData("UPDATE reserve.financial_ledger SET amount = amount + 1")]
    [InlineData("DELETE FROM reserve.financial_ledger")]
    [InlineData("TRUNCATE reserve.financial_ledger")]
    [InlineData("UPDATE reserve.ledger_transactions SET created_by = 'somebody else'")]
    [InlineData("DELETE FROM reserve.ledger_transactions")]
    [InlineData("UPDATE reserve.ledger_balances SET debits = debits + 1")]
    [InlineData("INSERT INTO reserve.ledger_balances (currency, account, debits, credits, entries) VALUES ('BRL', 'rounding', 1, 1, 2)")]
    [InlineData("DELETE FROM reserve.ledger_days")]
    [InlineData("UPDATE reserve.ledger_seals SET content_hash = '\\x00'")]
    [InlineData("DELETE FROM reserve.ledger_seals")]
    [InlineData("DELETE FROM reserve.ledger_unsealed")]
    [InlineData("INSERT INTO reserve.ledger_accounts (code, account_type, kind, normal_side) VALUES ('under_the_bed', 'platform', 'asset', 'debit')")]
    [InlineData("UPDATE reserve.ledger_accounts SET normal_side = 'credit'")]
    [InlineData("ALTER TABLE reserve.financial_ledger DISABLE TRIGGER ALL")]
    [InlineData("DROP TRIGGER ledger_transactions_balanced ON reserve.ledger_transactions")]
    public async Task The_application_cannot_write_there_itself(string sql)
    {
        await using var connection = new NpgsqlConnection(fixture.ServiceConnectionString);
        await connection.ExecuteAsync(Posting(Sound));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[10.00, 9.99]", "out of balance by 0.01")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'debit'], ARRAY[10.00, 10.00]", "out of balance by 20.00")]
    [InlineData("ARRAY['cash_pix'], ARRAY['debit'], ARRAY[10.00]", "out of balance by 10.00")]
    [InlineData("ARRAY[]::text[], ARRAY[]::text[], ARRAY[]::numeric[]", "out of balance")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[0.00, 0.00]", "positive number of cents")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[-1.00, -1.00]", "positive number of cents")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[0.005, 0.005]", "positive number of cents")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY['NaN'::numeric, 'NaN'::numeric]", "positive number of cents")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[NULL, 10.00]", "positive number of cents")]
    [InlineData("ARRAY['cash_pix', 'under_the_bed'], ARRAY['debit', 'credit'], ARRAY[10.00, 10.00]", "the chart of accounts has no under_the_bed")]
    [InlineData("ARRAY['cash_pix', NULL], ARRAY['debit', 'credit'], ARRAY[10.00, 10.00]", "no account")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'left'], ARRAY[10.00, 10.00]", "debit or credit")]
    [InlineData("ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[10000000000.00, 10000000000.00]", "positive number of cents")]
    public async Task What_is_not_sound_is_refused_with_the_reason_and_nothing_is_written(string entries, string reason)
    {
        await using var connection = new NpgsqlConnection(fixture.ServiceConnectionString);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(Posting(entries, key: $"broken: {entries}")));

        Assert.Contains(reason, refused.MessageText, StringComparison.Ordinal);
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM reserve.ledger_transactions WHERE business_key LIKE 'broken:%'"));
    }

    [Fact]
    public async Task What_is_no_currency_is_refused()
    {
        await using var connection = new NpgsqlConnection(fixture.ServiceConnectionString);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(Posting(Sound, key: "reais", currency: "reais")));

        Assert.Contains("reais is no currency", refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_other_content_is_refused_and_one_with_the_same_is_nothing_new()
    {
        await using var connection = new NpgsqlConnection(fixture.ServiceConnectionString);
        Assert.True(await connection.ExecuteScalarAsync<bool>(Posting(Sound, key: "twice")));
        Assert.False(await connection.ExecuteScalarAsync<bool>(Posting(Sound, key: "twice")));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(Posting(Sound, key: "twice", hash: "\\x02")));

        Assert.Equal("RC006", refused.SqlState);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM reserve.ledger_transactions WHERE business_key = 'twice'"));
    }

    [Fact]
    public async Task One_transaction_is_undone_once()
    {
        await using var connection = new NpgsqlConnection(fixture.ServiceConnectionString);
        await connection.ExecuteAsync(Posting(Sound, key: "wrong"));
        var wrong = await connection.ExecuteScalarAsync<Guid>("SELECT id FROM reserve.ledger_transactions WHERE business_key = 'wrong'");
        await connection.ExecuteAsync(Posting(Sound, key: "undone", reverses: $"'{wrong}'"));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(Posting(Sound, key: "undone again", reverses: $"'{wrong}'")));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
    }

    [Fact]
    public async Task A_property_that_there_is_not_is_in_no_posting_and_one_in_the_books_stays()
    {
        await using var connection = new NpgsqlConnection(fixture.ServiceConnectionString);
        var nobody = await Assert.ThrowsAsync<PostgresException>(
            () => connection.ExecuteAsync(Posting(Sound, key: "nobody's", property: $"'{Guid.CreateVersion7()}'")));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, nobody.SqlState);
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM reserve.ledger_transactions WHERE business_key = 'nobody''s'"));

        var (named, idle) = (await PropertyAsync(connection, "named"), await PropertyAsync(connection, "idle"));
        await connection.ExecuteAsync(Posting(Sound, key: "somebody's", property: $"'{named}'"));
        var gone = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("DELETE FROM reserve.properties_map WHERE id = @named", new { named }));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, gone.SqlState);
        var renamed = await Assert.ThrowsAsync<PostgresException>(
            () => connection.ExecuteAsync("UPDATE reserve.properties_map SET id = gen_random_uuid() WHERE id = @named", new { named }));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, renamed.SqlState);
        Assert.Equal(1, await connection.ExecuteAsync("DELETE FROM reserve.properties_map WHERE id = @idle", new { idle }));
    }

    [Fact]
    public async Task Whoever_deletes_a_property_waits_for_the_posting_that_is_about_it()
    {
        await using var posts = new NpgsqlConnection(fixture.ServiceConnectionString);
        await using var deletes = new NpgsqlConnection(fixture.ServiceConnectionString);
        await posts.OpenAsync();
        var property = await PropertyAsync(posts, "posted");
        await using var posting = await posts.BeginTransactionAsync();
        await posts.ExecuteAsync(Posting(Sound, key: "under way", property: $"'{property}'"));

        var deletion = deletes.ExecuteAsync("DELETE FROM reserve.properties_map WHERE id = @property", new { property });
        await posting.CommitAsync();

        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, (await Assert.ThrowsAsync<PostgresException>(() => deletion)).SqlState);
    }

    private static Task<Guid> PropertyAsync(NpgsqlConnection connection, string slug) =>
        connection.ExecuteScalarAsync<Guid>(
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug)
            SELECT gen_random_uuid(), gen_random_uuid(), id, @slug, @slug || '-' || gen_random_uuid()
            FROM reserve.cities
            LIMIT 1
            RETURNING id
            """,
            new { slug });

    private static string Posting(
        string entries, string? key = null, string currency = "BRL", string hash = "\\x01", string reverses = "NULL", string property = "NULL") =>
        $"""
        SELECT reserve.post_ledger_transaction(
            gen_random_uuid(), '{(key ?? Guid.CreateVersion7().ToString()).Replace("'", "''", StringComparison.Ordinal)}', 'payment', '{currency}', NULL, NULL, {property},
            {reverses}, NULL, NULL, NULL, '', NULL, '{hash}', now(), 'sql',
            ARRAY[gen_random_uuid(), gen_random_uuid()], {entries}, ARRAY[NULL, NULL]::uuid[], ARRAY[NULL, NULL]::text[])
        """;
}
