using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>Which transactions are asked for; null: whatever it is.</summary>
/// <param name="Account">Those that move this account.</param>
/// <param name="AccountId">Those that move the account of this property, or of this intent's guest.</param>
/// <param name="From">First day of the books.</param>
/// <param name="To">Last day of the books.</param>
public sealed record JournalQuery(
    string? Account, Guid? AccountId, Guid? PropertyId, Guid? ReservationId, Guid? BookingIntentId, string? Type, string? BusinessKey, DateOnly? From, DateOnly? To,
    string? Cursor, int Limit);

/// <summary>A page of the journal, latest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record JournalPage(IReadOnlyList<LedgerTransactionView> Items, string? Next);

/// <summary>The transactions of the books, to be read.</summary>
public sealed class Journal(ReserveDatabase database)
{
    private const string Select =
        """
        SELECT t.id, t.business_key, t.transaction_type AS type, t.booking_intent_id, t.reservation_id, t.property_id, t.description, t.reason, t.reverses,
               (SELECT r.id FROM reserve.ledger_transactions r WHERE r.reverses = t.id) AS reversed_by,
               t.created_at, t.created_by, s.position, encode(s.chain_hash, 'hex') AS chain_hash
        FROM reserve.ledger_transactions t
        LEFT JOIN reserve.ledger_seals s ON s.transaction_id = t.id
        """;

    /// <summary>A page of it. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<JournalPage>> ListAsync(Actor actor, JournalQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        Guid? before = null;
        if (query.Cursor is not null)
        {
            if (ListCursor.Read(query.Cursor) is not [var text] || !Guid.TryParseExact(text, "D", out var id))
            {
                return ListCursor.Invalid;
            }

            before = id;
        }

        return await database.ReadAsync<Outcome<JournalPage>>(
            actor,
            async connection =>
            {
                var rows = (await connection.QueryAsync<Row>(
                    $"""
                    {Select}
                    WHERE {ConditionsOf(query, before)}
                    ORDER BY t.id DESC
                    LIMIT @most
                    """,
                    new
                    {
                        before, query.Type, query.BusinessKey, query.ReservationId, query.BookingIntentId, query.From, query.To, query.PropertyId, query.Account,
                        query.AccountId, most = query.Limit + 1,
                    })).AsList();
                var items = await ViewsAsync(connection, rows.Take(query.Limit).ToList());
                return new JournalPage(items, rows.Count > query.Limit ? ListCursor.Write(rows[query.Limit - 1].Id.ToString()) : null);
            },
            cancellation);
    }

    private static string ConditionsOf(JournalQuery query, Guid? before) =>
        Conditions.Of(
            (before is not null, "t.id < @before"),
            (query.Type is not null, "t.transaction_type = @Type"),
            (query.BusinessKey is not null, "t.business_key = @BusinessKey"),
            (query.ReservationId is not null, "t.reservation_id = @ReservationId"),
            (query.BookingIntentId is not null, "t.booking_intent_id = @BookingIntentId"),
            (query.PropertyId is not null, "t.property_id = @PropertyId"),
            (query.From is not null, "t.created_at >= reserve.book_day_begins(@From)"),
            (query.To is not null, "t.created_at < reserve.book_day_begins(@To + 1)"),
            (query.Account is not null, "EXISTS (SELECT FROM reserve.financial_ledger l WHERE l.transaction_id = t.id AND l.account = @Account)"),
            (query.AccountId is not null, "EXISTS (SELECT FROM reserve.financial_ledger l WHERE l.transaction_id = t.id AND l.account_id = @AccountId)"));

    /// <summary>One transaction; null: there is none.</summary>
    internal static async Task<LedgerTransactionView?> FindAsync(NpgsqlConnection connection, Guid id) =>
        (await ViewsAsync(connection, (await connection.QueryAsync<Row>($"{Select} WHERE t.id = @id", new { id })).AsList())).SingleOrDefault();

    /// <inheritdoc cref="FindAsync(NpgsqlConnection, Guid)"/>
    internal static async Task<LedgerTransactionView?> FindAsync(NpgsqlConnection connection, string businessKey) =>
        (await ViewsAsync(connection, (await connection.QueryAsync<Row>($"{Select} WHERE t.business_key = @businessKey", new { businessKey })).AsList())).SingleOrDefault();

    private static async Task<IReadOnlyList<LedgerTransactionView>> ViewsAsync(NpgsqlConnection connection, List<Row> rows)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var entries = (await connection.QueryAsync<EntryRow>(
            """
            SELECT l.transaction_id, l.currency, l.account, l.direction, l.amount, l.account_id, l.tax_type
            FROM reserve.financial_ledger l
            WHERE l.transaction_id = ANY (@ids)
            ORDER BY l.transaction_id, l.direction DESC, l.id
            """,
            new { ids = rows.Select(r => r.Id).ToArray() })).ToLookup(e => e.TransactionId);
        return
        [
            .. rows.Select(r => new LedgerTransactionView(
                r.Id, r.BusinessKey, r.Type, entries[r.Id].First().Currency, entries[r.Id].Where(e => e.Direction == "debit").Sum(e => e.Amount), r.BookingIntentId,
                r.ReservationId, r.PropertyId, r.Description, r.Reason, r.Reverses, r.ReversedBy, r.CreatedAt, r.CreatedBy, r.Position, r.ChainHash,
                [.. entries[r.Id].Select(e => new LedgerEntryView(e.Account, e.Direction, e.Amount, e.AccountId, e.TaxType))])),
        ];
    }

    private sealed record Row(
        Guid Id, string BusinessKey, string Type, Guid? BookingIntentId, Guid? ReservationId, Guid? PropertyId, string Description, string? Reason, Guid? Reverses,
        Guid? ReversedBy, DateTimeOffset CreatedAt, string CreatedBy, long? Position, string? ChainHash);

    private sealed record EntryRow(Guid TransactionId, string Currency, string Account, string Direction, decimal Amount, Guid? AccountId, string? TaxType);
}
