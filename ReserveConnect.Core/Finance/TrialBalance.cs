using Dapper;
using Npgsql;

namespace ReserveConnect.Finance;

/// <summary>One account of the trial balance.</summary>
/// <param name="Balance">On the account's normal side, in <paramref name="Currency"/>.</param>
public sealed record AccountBalance(string Account, string Kind, string Currency, decimal Debits, decimal Credits, decimal Balance);

/// <summary>The sum of every account; debits and credits over all accounts are equal.</summary>
public static class TrialBalance
{
    public static async Task<IReadOnlyList<AccountBalance>> ReadAsync(NpgsqlConnection connection) =>
    [
        .. await connection.QueryAsync<AccountBalance>(
            """
            SELECT a.code AS account, a.kind, l.currency,
                   sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END) AS debits,
                   sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END) AS credits,
                   sum(CASE l.direction WHEN a.normal_side THEN l.amount ELSE -l.amount END) AS balance
            FROM reserve.financial_ledger l
            JOIN reserve.ledger_accounts a ON a.code = l.account
            GROUP BY a.code, a.kind, l.currency
            ORDER BY a.kind, a.code
            """),
    ];
}
