using System.Data;
using System.Globalization;
using CsvHelper;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>What of the books is exported.</summary>
/// <param name="From">First day of the books; null: from the beginning.</param>
/// <param name="To">Last day of the books; null: to the end.</param>
/// <param name="Account">One account only; null: all. Of the journal no account is left out, or it would not balance.</param>
/// <param name="AccountId">With an account: whose.</param>
public sealed record ExportQuery(DateOnly? From, DateOnly? To, string? Account, Guid? AccountId);

/// <summary>
/// The books in forms that other people's programs read (money.md, reconciliation). Of one moment: a posting is in it whole or not at
/// all. Written as they are read, so that a year is no burden; whoever passes it on to somebody slow keeps it somewhere first.
/// </summary>
public sealed class LedgerExport(ReserveDatabase database, IOptions<FinanceOptions> options) : IDisposable
{
    private const string Select =
        """
        SELECT t.id AS transaction_id, t.business_key, t.transaction_type AS type, t.description, t.reason, t.created_at, t.created_by,
               reserve.book_date(t.created_at) AS book_date, l.account, a.kind, l.direction, l.amount, l.currency, l.account_id, l.account_type, l.tax_type, l.property_id,
               l.reservation_id, l.booking_intent_id, l.stripe_payment_intent_id, l.stripe_transfer_id, l.pix_transaction_id
        FROM reserve.ledger_transactions t
        JOIN reserve.financial_ledger l ON l.transaction_id = t.id
        JOIN reserve.ledger_accounts a ON a.code = l.account
        """;

    private static readonly (string Name, Func<ExportRow, string?> Of)[] Columns =
    [
        ("book_date", row => row.BookDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ("created_at", row => row.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        ("transaction_id", row => row.TransactionId.ToString()),
        ("business_key", row => row.BusinessKey),
        ("type", row => row.Type),
        ("account", row => row.Account),
        ("account_id", row => row.AccountId?.ToString()),
        ("tax_type", row => row.TaxType),
        ("debit", row => row.Direction == "debit" ? Money(row) : null),
        ("credit", row => row.Direction == "credit" ? Money(row) : null),
        ("currency", row => row.Currency),
        ("property_id", row => row.PropertyId?.ToString()),
        ("reservation_id", row => row.ReservationId?.ToString()),
        ("booking_intent_id", row => row.BookingIntentId?.ToString()),
        ("provider_reference", row => row.StripeTransferId ?? row.StripePaymentIntentId ?? row.PixTransactionId),
        ("description", row => row.Description),
        ("reason", row => row.Reason),
        ("created_by", row => row.CreatedBy),
    ];

    // Each holds a connection of those that guests are answered from.
    private readonly SemaphoreSlim _room = new(options.Value.ExportsAtOnce);

    /// <summary>
    /// A journal for <c>hledger</c>: its accounts and its currency declared, what there was before the first day as one opening
    /// transaction, then every transaction, oldest first.
    /// </summary>
    /// <returns>Null: it is written. Refusal: <c>export_busy</c>.</returns>
    public Task<Refusal?> WriteJournalAsync(Actor actor, ExportQuery query, TextWriter writer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(
            actor,
            async connection =>
            {
                await HledgerJournal.WriteHeadAsync(writer, await AccountsAsync(connection), query);
                if (query.From is { } from)
                {
                    await HledgerJournal.WriteOpeningAsync(writer, from, await OpeningAsync(connection, from));
                }

                await HledgerJournal.WriteAsync(writer, RowsAsync(connection, query, cancellation), cancellation);
            },
            cancellation);
    }

    /// <summary>A line for every entry, oldest first; text that a spreadsheet would take for a formula is escaped.</summary>
    /// <inheritdoc cref="WriteJournalAsync"/>
    public Task<Refusal?> WriteCsvAsync(Actor actor, ExportQuery query, TextWriter writer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(
            actor,
            async connection =>
            {
                await using var csv = CsvWriter.Create(writer, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
                await WriteAsync(csv, Columns.Select(column => column.Name), cancellation);
                await foreach (var row in RowsAsync(connection, query, cancellation).WithCancellation(cancellation))
                {
                    await WriteAsync(csv, Columns.Select(column => column.Of(row)), cancellation);
                }
            },
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();

    private async Task<Refusal?> ReadAsync(Actor actor, Func<NpgsqlConnection, Task> read, CancellationToken cancellation)
    {
        if (!_room.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return Refusal.Unavailable("export_busy", "Others are exporting the books. Please try again.") with { RetryAfter = options.Value.ExportRetryAfter };
        }

        try
        {
            await database.ReadAsync(
                actor,
                async connection =>
                {
                    await read(connection);
                    return true;
                },
                cancellation,
                IsolationLevel.RepeatableRead);
            return null;
        }
        finally
        {
            _room.Release();
        }
    }

    private static ValueTask WriteAsync(CsvWriter csv, IEnumerable<string?> fields, CancellationToken cancellation)
    {
        foreach (var field in fields)
        {
            csv.WriteField(field);
        }

        return csv.EndRecordAsync(cancellation);
    }

    private static string Money(ExportRow row) => row.Amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static IAsyncEnumerable<ExportRow> RowsAsync(NpgsqlConnection connection, ExportQuery query, CancellationToken cancellation)
    {
        var asked = Conditions.Of(
            (query.From is not null, "t.created_at >= reserve.book_day_begins(@From)"),
            (query.To is not null, "t.created_at < reserve.book_day_begins(@To + 1)"),
            (query.Account is not null, "l.account = @Account"),
            (query.AccountId is not null, "l.account_id = @AccountId"));
        cancellation.ThrowIfCancellationRequested();
        return connection.QueryUnbufferedAsync<ExportRow>(
            $"""
            {Select}
            WHERE {asked}
            ORDER BY t.created_at, t.id, l.direction DESC, l.id
            """,
            query);
    }

    private static async Task<IReadOnlyList<OpenedAccount>> AccountsAsync(NpgsqlConnection connection) =>
    [
        .. await connection.QueryAsync<OpenedAccount>(
            $"""
            SELECT a.code AS account, a.kind, a.title, m.account_id, m.tax_type, coalesce(m.currency, '{Ledger.Currency}') AS currency, 0::numeric AS balance
            FROM reserve.ledger_accounts a
            LEFT JOIN (
                SELECT b.account, b.account_id, b.tax_type, b.currency
                FROM reserve.ledger_balances b
                UNION
                SELECT l.account, reserve.kept_account_id(l.account_type, l.account_id), l.tax_type, l.currency
                FROM reserve.ledger_tail l) m ON m.account = a.code
            ORDER BY a.kind, a.code, m.account_id, m.tax_type
            """),
    ];

    private static async Task<IReadOnlyList<OpenedAccount>> OpeningAsync(NpgsqlConnection connection, DateOnly from) =>
    [
        .. await connection.QueryAsync<OpenedAccount>(
            """
            SELECT a.code AS account, a.kind, a.title, m.account_id, m.tax_type, m.currency, sum(m.amount) AS balance
            FROM (
                SELECT d.account, d.account_id, d.tax_type, d.currency, d.debits - d.credits AS amount
                FROM reserve.ledger_days d
                WHERE d.book_date < @from
                UNION ALL
                SELECT l.account, reserve.kept_account_id(l.account_type, l.account_id), l.tax_type, l.currency, CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END
                FROM reserve.ledger_tail l
                WHERE l.created_at < reserve.book_day_begins(@from)) m
            JOIN reserve.ledger_accounts a ON a.code = m.account
            GROUP BY a.code, a.kind, a.title, m.account_id, m.tax_type, m.currency
            HAVING sum(m.amount) <> 0
            ORDER BY m.currency, a.kind, a.code, m.account_id, m.tax_type
            """,
            new { from }),
    ];
}

/// <summary>An entry with the head of its transaction.</summary>
internal sealed record ExportRow(
    Guid TransactionId, string BusinessKey, string Type, string Description, string? Reason, DateTimeOffset CreatedAt, string CreatedBy, DateOnly BookDate, string Account,
    string Kind, string Direction, decimal Amount, string Currency, Guid? AccountId, string AccountType, string? TaxType, Guid? PropertyId, Guid? ReservationId,
    Guid? BookingIntentId, string? StripePaymentIntentId, string? StripeTransferId, string? PixTransactionId);

/// <summary>An account as an export names it.</summary>
/// <param name="Balance">Debits less credits.</param>
internal sealed record OpenedAccount(string Account, string Kind, string Title, Guid? AccountId, string? TaxType, string Currency, decimal Balance);
