using System.Data;
using System.Globalization;
using CsvHelper;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Taxes;

/// <summary>What is owed of one tax in one city.</summary>
/// <param name="TaxType">ISS, IOF, PIS, ...; BOOKING: all that guests pay with their bookings.</param>
/// <param name="CityId">Missing: what belongs to no property, such as a payment of the tax.</param>
/// <param name="Base">What the month's tax was worked out from; missing where the books do not tell.</param>
/// <param name="OpeningBalance">Owed before the month.</param>
/// <param name="Accrued">What the month's bookings, payouts and accruals added.</param>
/// <param name="Reversed">What went back with cancellations, refunds and changes, and corrections that lower it.</param>
/// <param name="Paid">Paid to the tax office.</param>
/// <param name="ClosingBalance">Opening balance and accrued, less reversed and paid.</param>
public sealed record TaxLiabilityLine(
    string TaxType, Guid? CityId, string? City, decimal? Base, decimal OpeningBalance, decimal Accrued, decimal Reversed, decimal Paid, decimal ClosingBalance);

/// <summary>The taxes owed over a month of the books.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="OpeningBalance">Of all lines, as of <c>tax_payable</c> before the month.</param>
/// <param name="ClosingBalance">Of all lines, as of <c>tax_payable</c> after it.</param>
public sealed record TaxLiabilityReport(
    DateOnly Month, string Currency, decimal OpeningBalance, decimal Accrued, decimal Reversed, decimal Paid, decimal ClosingBalance,
    IReadOnlyList<TaxLiabilityLine> Items);

/// <summary><c>get_tax_liability</c>: what of <c>tax_payable</c> came and went in a month, by tax and city, from the kept sums.</summary>
public sealed class TaxLiability(ReserveDatabase database)
{
    // The books know the city of what is a property's matter; of what was accrued for a month, its own table does. What supervisors
    // posted by hand is read entry by entry, for its other side tells whether it was a payment.
    private const string Moves =
        $"""
        SELECT d.tax_type, p.city_id, d.book_date, d.credits, d.debits, 0::numeric AS paid
        FROM reserve.ledger_days d
        LEFT JOIN reserve.properties_map p ON p.id = d.property_id
        WHERE d.account = '{Postings.TaxPayable}'
          AND d.account_id IS NULL
          AND d.currency = '{Ledger.Currency}'
          AND d.book_date < @Next
          AND d.transaction_type NOT IN ('{AdjustLedger.Adjustment}', '{AccrueTaxes.TaxAccrual}')
        UNION ALL
        SELECT l.tax_type, p.city_id, reserve.book_date(l.created_at),
               CASE l.direction WHEN 'credit' THEN l.amount ELSE 0 END, CASE l.direction WHEN 'debit' THEN l.amount ELSE 0 END, 0
        FROM reserve.ledger_tail l
        LEFT JOIN reserve.properties_map p ON p.id = l.property_id
        WHERE l.account = '{Postings.TaxPayable}'
          AND l.currency = '{Ledger.Currency}'
          AND l.created_at < reserve.book_day_begins(@Next)
          AND l.transaction_type NOT IN ('{AdjustLedger.Adjustment}', '{AccrueTaxes.TaxAccrual}')
        UNION ALL
        SELECT a.tax_type, a.city_id, reserve.book_date(a.accrued_at), greatest(a.amount, 0), greatest(-a.amount, 0), 0
        FROM reserve.tax_accruals a
        WHERE a.accrued_at < reserve.book_day_begins(@Next)
        UNION ALL
        SELECT l.tax_type, p.city_id, reserve.book_date(l.created_at),
               CASE WHEN l.direction = 'credit' AND NOT c.is_paid THEN l.amount ELSE 0 END,
               CASE WHEN l.direction = 'debit' AND NOT c.is_paid THEN l.amount ELSE 0 END,
               CASE WHEN NOT c.is_paid THEN 0 WHEN l.direction = 'debit' THEN l.amount ELSE -l.amount END
        FROM reserve.financial_ledger l
        LEFT JOIN reserve.properties_map p ON p.id = l.property_id
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT
                FROM reserve.financial_ledger o
                WHERE o.transaction_id = l.transaction_id
                  AND o.direction <> l.direction
                  AND o.account IN ('{Postings.CashStripe}', '{Postings.CashPix}')) AS is_paid) c
        WHERE l.transaction_type = '{AdjustLedger.Adjustment}'
          AND l.account = '{Postings.TaxPayable}'
          AND l.currency = '{Ledger.Currency}'
          AND l.created_at < reserve.book_day_begins(@Next)
        """;

    // ISS is on the month's income, what was accrued in the month on what its own table says, and what was withheld on the payouts that
    // were sent, less those that came back. What guests paid is on prices that the books do not have.
    private const string Bases =
        $"""
        SELECT 'ISS' AS tax_type, i.city_id, i.amount AS base
        FROM income i
        UNION ALL
        SELECT a.tax_type, a.city_id, a.base
        FROM reserve.tax_accruals a
        WHERE a.accrued_at >= reserve.book_day_begins(@First)
          AND a.accrued_at < reserve.book_day_begins(@Next)
        UNION ALL
        SELECT w.tax_type, p.city_id, w.base
        FROM (
            SELECT i.tax_type, y.property_id,
                   (y.net_amount + y.tax_amount)
                       * ((y.completed_at >= reserve.book_day_begins(@First) AND y.completed_at < reserve.book_day_begins(@Next))::int
                          - coalesce(y.returned_at >= reserve.book_day_begins(@First) AND y.returned_at < reserve.book_day_begins(@Next), false)::int) AS base
            FROM reserve.payouts y
            JOIN reserve.payout_items i ON i.payout_id = y.id AND i.kind = 'tax'
            WHERE y.completed_at < reserve.book_day_begins(@Next)
              AND (y.completed_at >= reserve.book_day_begins(@First) OR y.returned_at >= reserve.book_day_begins(@First))
            GROUP BY y.id, i.tax_type
            HAVING sum(i.tax_amount) <> 0) w
        JOIN reserve.properties_map p ON p.id = w.property_id
        UNION ALL
        SELECT b.tax_type, p.city_id, -b.base
        FROM (
            SELECT i.tax_type, l.property_id,
                   sum(l.amount) AS base
            FROM reserve.ledger_transactions t
            JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.account = '{Postings.PropertyPayable}'
            JOIN (
                SELECT i.payout_id, i.tax_type
                FROM reserve.payout_items i
                WHERE i.kind = 'tax'
                GROUP BY i.payout_id, i.tax_type
                HAVING sum(i.tax_amount) <> 0) i ON i.payout_id = split_part(t.business_key, ':', 2)::uuid
            WHERE t.transaction_type = '{Payouts.PayoutPostings.PartialReturn}'
              AND t.created_at >= reserve.book_day_begins(@First)
              AND t.created_at < reserve.book_day_begins(@Next)
            GROUP BY i.tax_type, l.property_id) b
        JOIN reserve.properties_map p ON p.id = b.property_id
        """;

    private const string Report =
        $"""
        WITH moves AS (
            {Moves}),
        income AS (
            {Income.ByDay}),
        bases AS (
            SELECT s.tax_type, s.city_id, sum(s.base) AS base
            FROM (
                {Bases}) s
            GROUP BY s.tax_type, s.city_id),
        lines AS (
            SELECT m.tax_type, m.city_id,
                   coalesce(sum(m.credits - m.debits - m.paid) FILTER (WHERE m.book_date < @First), 0) AS opening_balance,
                   coalesce(sum(m.credits) FILTER (WHERE m.book_date >= @First), 0) AS accrued,
                   coalesce(sum(m.debits) FILTER (WHERE m.book_date >= @First), 0) AS reversed,
                   coalesce(sum(m.paid) FILTER (WHERE m.book_date >= @First), 0) AS paid
            FROM moves m
            GROUP BY m.tax_type, m.city_id)
        SELECT coalesce(l.tax_type, '') AS tax_type, l.city_id, c.name AS city, b.base, l.opening_balance, l.accrued, l.reversed, l.paid,
               l.opening_balance + l.accrued - l.reversed - l.paid AS closing_balance
        FROM lines l
        LEFT JOIN reserve.cities c ON c.id = l.city_id
        LEFT JOIN bases b ON b.tax_type = l.tax_type AND b.city_id IS NOT DISTINCT FROM l.city_id
        WHERE l.opening_balance <> 0
           OR l.accrued <> 0
           OR l.reversed <> 0
           OR l.paid <> 0
        ORDER BY l.tax_type, c.name NULLS LAST, l.city_id
        """;

    /// <param name="actor">Staff.</param>
    /// <param name="month">Its first day, in the calendar of the books.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<TaxLiabilityReport> ReadAsync(Actor actor, DateOnly month, CancellationToken cancellation) =>
        database.ReadAsync(actor, connection => ReadAsync(connection, month), cancellation, IsolationLevel.RepeatableRead);

    /// <summary>As a table, for an accountant.</summary>
    public static async Task WriteCsvAsync(TaxLiabilityReport report, TextWriter writer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(report);
        await using var csv = CsvWriter.Create(writer, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        string[] head = ["month", "tax_type", "city_id", "city", "base", "opening_balance", "accrued", "reversed", "paid", "closing_balance", "currency"];
        await WriteAsync(csv, head, cancellation);
        foreach (var line in report.Items)
        {
            await WriteAsync(
                csv,
                [
                    report.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), line.TaxType, line.CityId?.ToString(), line.City, Money(line.Base),
                    Money(line.OpeningBalance), Money(line.Accrued), Money(line.Reversed), Money(line.Paid), Money(line.ClosingBalance), report.Currency,
                ],
                cancellation);
        }
    }

    internal static async Task<TaxLiabilityReport> ReadAsync(NpgsqlConnection connection, DateOnly month)
    {
        var lines = (await connection.QueryAsync<TaxLiabilityLine>(Report, Income.Parameters(month))).AsList();
        return new(
            month, Ledger.Currency, lines.Sum(l => l.OpeningBalance), lines.Sum(l => l.Accrued), lines.Sum(l => l.Reversed), lines.Sum(l => l.Paid),
            lines.Sum(l => l.ClosingBalance), lines);
    }

    private static string? Money(decimal? amount) => amount?.ToString("0.00", CultureInfo.InvariantCulture);

    private static ValueTask WriteAsync(CsvWriter csv, IEnumerable<string?> fields, CancellationToken cancellation)
    {
        foreach (var field in fields)
        {
            csv.WriteField(field);
        }

        return csv.EndRecordAsync(cancellation);
    }
}
