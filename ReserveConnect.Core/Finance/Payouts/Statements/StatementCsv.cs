using System.Globalization;
using CsvHelper;

namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>
/// A statement as CSV: a record for each line, what is said of the payout as a whole in each of them. There is no record of totals, so a
/// column added up is right; it comes to the <c>payout_</c> column of its name.
/// </summary>
internal static class StatementCsv
{
    private const string Day = "yyyy-MM-dd";
    private const string Money = "0.00";
    private const string ByteOrderMark = "\uFEFF";

    private static readonly string[] Names =
    [
        "line", "kind", "description", "confirmation_code", "check_in", "check_out", "carried_from", "tax_type", "tax_rate", "gross", "commission", "tax", "amount",
        "currency", "payout_id", "property_id", "property", "period_start", "period_end", "status", "payout_gross", "payout_commission", "payout_tax", "payout_net",
        "method", "destination", "sent_at", "transfer_id", "returned_at", "issuer", "issuer_document",
    ];

    /// <summary>Amounts with a point and two places, instants UTC, whatever the language; text that a spreadsheet would take for a formula is escaped.</summary>
    public static async Task WriteAsync(
        PayoutStatement statement, StatementWords words, StatementIssuer issuer, TextWriter writer, CancellationToken cancellation)
    {
        // Spreadsheets take a file without one for the local code page, and spoil names with accents.
        await writer.WriteAsync(ByteOrderMark.AsMemory(), cancellation);
        await using var csv = CsvWriter.Create(writer, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        foreach (var name in Names)
        {
            csv.WriteField(name);
        }

        await csv.EndRecordAsync(cancellation);
        foreach (var line in statement.Lines)
        {
            Write(csv, line, words);
            Write(csv, statement);
            csv.WriteField(issuer.Name);
            csv.WriteField(issuer.Document);
            await csv.EndRecordAsync(cancellation);
        }
    }

    private static void Write(CsvWriter csv, StatementLine line, StatementWords words)
    {
        csv.WriteField(line.Line, default, CultureInfo.InvariantCulture);
        csv.WriteField(line.Kind);
        csv.WriteField(words.Kind(line.Kind));
        csv.WriteField(line.ConfirmationCode);
        csv.WriteField(line.CheckIn?.ToString(Day, CultureInfo.InvariantCulture));
        csv.WriteField(line.CheckOut?.ToString(Day, CultureInfo.InvariantCulture));
        csv.WriteField(line.CarriedFrom?.ToString());
        csv.WriteField(line.TaxType);
        csv.WriteField(line.TaxRate?.ToString("0.####", CultureInfo.InvariantCulture));
        // As numbers: an amount below 0 is no formula.
        Write(csv, line.Gross, line.Commission, line.Tax, line.Amount);
    }

    private static void Write(CsvWriter csv, PayoutStatement statement)
    {
        csv.WriteField(statement.Currency);
        csv.WriteField(statement.Id.ToString());
        csv.WriteField(statement.PropertyId.ToString());
        csv.WriteField(statement.PropertyName);
        csv.WriteField(statement.PeriodStart.ToString(Day, CultureInfo.InvariantCulture));
        csv.WriteField(statement.PeriodEnd.ToString(Day, CultureInfo.InvariantCulture));
        csv.WriteField(statement.Status);
        Write(csv, statement.Gross, statement.Commission, statement.Tax, statement.Net);
        csv.WriteField(statement.Method);
        csv.WriteField(statement.Destination);
        csv.WriteField(Instant(statement.CompletedAt));
        csv.WriteField(statement.TransferId);
        csv.WriteField(Instant(statement.ReturnedAt));
    }

    private static void Write(CsvWriter csv, params ReadOnlySpan<decimal> amounts)
    {
        foreach (var amount in amounts)
        {
            csv.WriteField(amount, Money, CultureInfo.InvariantCulture);
        }
    }

    private static string? Instant(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
