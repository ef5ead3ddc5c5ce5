using Dapper;
using Npgsql;

namespace ReserveConnect.Finance;

/// <summary>One account of the trial balance.</summary>
/// <param name="Account">Its code in the chart.</param>
/// <param name="Title">What it holds, in English.</param>
/// <param name="Kind"><c>asset</c>, <c>liability</c>, <c>equity</c>, <c>revenue</c> or <c>expense</c>.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Debits">All that was ever debited.</param>
/// <param name="Credits">All that was ever credited.</param>
/// <param name="Balance">On the account's normal side.</param>
public sealed record AccountBalance(string Account, string Title, string Kind, string Currency, decimal Debits, decimal Credits, decimal Balance);

/// <summary>The end of the chain over the journal. Whoever keeps it can prove later that nothing before it was changed.</summary>
/// <param name="Position">How many transactions are sealed.</param>
/// <param name="Hash">In hexadecimal digits.</param>
public sealed record ChainHead(long Position, string Hash)
{
    /// <summary>The last link; null before there is one.</summary>
    public static Task<ChainHead?> ReadAsync(NpgsqlConnection connection) =>
        connection.QuerySingleOrDefaultAsync<ChainHead?>(
            "SELECT position, encode(chain_hash, 'hex') AS hash FROM reserve.ledger_seals ORDER BY position DESC LIMIT 1");
}

/// <summary>The sum of every account; debits and credits over all accounts are equal.</summary>
public static class TrialBalance
{
    /// <summary>As it is now: from the kept balances and what was posted since they were last brought up to date.</summary>
    public static async Task<IReadOnlyList<AccountBalance>> ReadAsync(NpgsqlConnection connection) =>
        [.. await connection.QueryAsync<AccountBalance>(Of("""
            SELECT b.account, b.currency, b.debits, b.credits
            FROM reserve.ledger_balances b
            UNION ALL
            SELECT l.account, l.currency,
                   CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END,
                   CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END
            FROM reserve.ledger_tail l
            """))];

    /// <summary>
    /// As it was: every entry up to an instant, that instant included. From the kept days, and of the day of the instant the entries.
    /// </summary>
    /// <param name="connection">May read the books.</param>
    /// <param name="at">UTC instant, of the clock that stamped the entries.</param>
    public static async Task<IReadOnlyList<AccountBalance>> ReadAsync(NpgsqlConnection connection, DateTimeOffset at) =>
        [.. await connection.QueryAsync<AccountBalance>(
            Of("""
                SELECT d.account, d.currency, d.debits, d.credits
                FROM reserve.ledger_day_totals d
                WHERE d.book_date < reserve.book_date(@at)
                UNION ALL
                SELECT l.account, l.currency,
                       CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END,
                       CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END
                FROM reserve.financial_ledger l
                WHERE l.created_at >= reserve.book_day_begins(reserve.book_date(@at))
                  AND l.created_at <= @at
                UNION ALL
                SELECT l.account, l.currency,
                       CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END,
                       CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END
                FROM reserve.ledger_tail l
                WHERE l.created_at < reserve.book_day_begins(reserve.book_date(@at))
                """),
            new { at = at.ToUniversalTime() })];

    private static string Of(string moves) =>
        $"""
        SELECT a.code AS account, a.title, a.kind, m.currency, sum(m.debits) AS debits, sum(m.credits) AS credits,
               sum(CASE a.normal_side WHEN 'debit' THEN m.debits - m.credits ELSE m.credits - m.debits END) AS balance
        FROM ({moves}) AS m
        JOIN reserve.ledger_accounts a ON a.code = m.account
        GROUP BY a.code, a.title, a.kind, m.currency
        ORDER BY a.kind, a.code, m.currency
        """;
}
