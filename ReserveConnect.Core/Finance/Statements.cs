using System.Data;
using System.Globalization;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>Which account, over which days of the books.</summary>
/// <param name="AccountId">Of a property or a guest; null: all of the account.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
public sealed record StatementQuery(string Account, Guid? AccountId, DateOnly From, DateOnly To, string? Cursor, int Limit);

/// <summary>Statements of accounts: what it was before, what moved it, what it is after.</summary>
public sealed class Statements(ReserveDatabase database)
{
    // Before an instant, of one account: from the kept days where they are kept by whose it is, and what they do not have yet.
    private const string KeptBefore =
        $"""
        SELECT d.debits, d.credits
        FROM reserve.ledger_days d
        WHERE d.account = @Account
          AND d.currency = '{Ledger.Currency}'
          AND (@AccountId::uuid IS NULL OR d.account_id = @AccountId)
          AND d.book_date < @From
        UNION ALL
        SELECT CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END, CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END
        FROM reserve.ledger_tail l
        WHERE l.account = @Account
          AND l.currency = '{Ledger.Currency}'
          AND (@AccountId::uuid IS NULL OR l.account_id = @AccountId)
          AND l.created_at < reserve.book_day_begins(@From)
        """;

    // Of one guest the entries themselves, which are few.
    private const string EnteredBefore =
        $"""
        SELECT CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END AS debits, CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END AS credits
        FROM reserve.financial_ledger l
        WHERE l.account_type = 'guest'
          AND l.account = @Account
          AND l.currency = '{Ledger.Currency}'
          AND l.account_id = @AccountId
          AND l.created_at < reserve.book_day_begins(@From)
        """;

    private const string OfPeriod =
        $"""
        l.account = @Account
          AND l.currency = '{Ledger.Currency}'
          AND (@AccountId::uuid IS NULL OR (l.account_type, l.account_id) = (@AccountType, @AccountId))
          AND l.created_at >= reserve.book_day_begins(@From)
          AND l.created_at < reserve.book_day_begins(@To + 1)
        """;

    /// <summary>One statement, a page of its entries. Refusals: <c>account_not_found</c>, <c>invalid_period</c>, <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<AccountStatement>> ReadAsync(Actor actor, StatementQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.To < query.From)
        {
            return Refusal.Unprocessable("invalid_period", "The last day is before the first.", new FieldError("to", "invalid_period", "Not before from."));
        }

        var (at, id) = (DateTimeOffset.MinValue, Guid.Empty);
        if (query.Cursor is not null
            && (ListCursor.Read(query.Cursor) is not [var a, var i]
                || !DateTimeOffset.TryParseExact(a, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out at)
                || !Guid.TryParseExact(i, "D", out id)))
        {
            return ListCursor.Invalid;
        }

        return await database.ReadAsync(actor, connection => ReadAsync(connection, query, at, id), cancellation, IsolationLevel.RepeatableRead);
    }

    private static async Task<Outcome<AccountStatement>> ReadAsync(NpgsqlConnection connection, StatementQuery query, DateTimeOffset at, Guid id)
    {
        var account = await connection.QuerySingleOrDefaultAsync<ChartRow>(
            "SELECT code, title, account_type, normal_side FROM reserve.ledger_accounts WHERE code = @Account", new { query.Account });
        if (account is null)
        {
            return Refusal.NotFound("account_not_found", "The chart of accounts has none of this name.");
        }

        var before = account.AccountType == "guest" && query.AccountId is not null ? EnteredBefore : KeptBefore;
        var sides = await connection.QuerySingleAsync<Sides>(
            $"""
            SELECT (SELECT coalesce(sum(b.debits - b.credits), 0) FROM ({before}) b) AS before,
                   coalesce(sum(l.amount) FILTER (WHERE l.direction = 'debit'), 0) AS debits,
                   coalesce(sum(l.amount) FILTER (WHERE l.direction = 'credit'), 0) AS credits,
                   coalesce(sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) FILTER (WHERE (l.created_at, l.id) <= (@at, @id)), 0) AS turned
            FROM reserve.financial_ledger l
            WHERE {OfPeriod}
            """,
            new { query.Account, query.AccountId, query.From, query.To, at, id, account.AccountType });
        var rows = (await connection.QueryAsync<Row>(
            $"""
            SELECT l.id AS entry_id, l.transaction_id, t.business_key, l.transaction_type AS type, l.direction, l.amount, l.account_id, l.tax_type, l.property_id,
                   l.reservation_id, coalesce(l.description, '') AS description, l.created_at
            FROM reserve.financial_ledger l
            JOIN reserve.ledger_transactions t ON t.id = l.transaction_id
            WHERE {OfPeriod}
              AND (l.created_at, l.id) > (@at, @id)
            ORDER BY l.created_at, l.id
            LIMIT @most
            """,
            new { query.Account, query.AccountId, query.From, query.To, at, id, account.AccountType, most = query.Limit + 1 })).AsList();
        return Of(account, query, sides, rows);
    }

    private static AccountStatement Of(ChartRow account, StatementQuery query, Sides sides, List<Row> rows)
    {
        var sign = account.NormalSide == "debit" ? 1 : -1;
        var balance = sign * (sides.Before + sides.Turned);
        List<StatementLine> lines = [];
        foreach (var row in rows.Take(query.Limit))
        {
            balance += row.Direction == account.NormalSide ? row.Amount : -row.Amount;
            lines.Add(new(
                row.EntryId, row.TransactionId, row.BusinessKey, row.Type, row.Direction, row.Amount, balance, row.AccountId, row.TaxType, row.PropertyId,
                row.ReservationId, row.Description, row.CreatedAt));
        }

        var last = lines.LastOrDefault();
        return new(
            account.Code, account.Title, query.AccountId, account.NormalSide, Ledger.Currency, query.From, query.To, sign * sides.Before, sides.Debits, sides.Credits,
            sign * (sides.Before + sides.Debits - sides.Credits), lines,
            rows.Count > query.Limit ? ListCursor.Write(last!.CreatedAt.ToString("O", CultureInfo.InvariantCulture), last.EntryId.ToString()) : null);
    }

    private sealed record ChartRow(string Code, string Title, string AccountType, string NormalSide);

    /// <param name="Before">Debits less credits before the period.</param>
    /// <param name="Turned">Debits less credits of the pages before this one.</param>
    private sealed record Sides(decimal Before, decimal Debits, decimal Credits, decimal Turned);

    private sealed record Row(
        Guid EntryId, Guid TransactionId, string BusinessKey, string Type, string Direction, decimal Amount, Guid? AccountId, string? TaxType, Guid? PropertyId,
        Guid? ReservationId, string Description, DateTimeOffset CreatedAt);
}
