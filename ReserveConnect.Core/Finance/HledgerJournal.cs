using System.Globalization;

namespace ReserveConnect.Finance;

/// <summary>
/// The plain text that <c>hledger</c> reads (https://hledger.org/hledger.html, journal format): amounts with debits positive, an
/// account's kind as its first part, so that <c>hledger balancesheet</c> and <c>incomestatement</c> know them.
/// </summary>
internal static class HledgerJournal
{
    private const string Indent = "    ";
    private const int AmountColumn = 70;

    private static readonly Dictionary<string, (string Top, char Type)> Kinds = new()
    {
        ["asset"] = ("assets", 'A'),
        ["liability"] = ("liabilities", 'L'),
        ["equity"] = ("equity", 'E'),
        ["revenue"] = ("revenues", 'R'),
        ["expense"] = ("expenses", 'X'),
    };

    public static async Task WriteHeadAsync(TextWriter writer, IReadOnlyList<OpenedAccount> accounts, ExportQuery query)
    {
        var (from, to) = (query.From is { } first ? $"{first:yyyy-MM-dd}" : "the beginning", query.To is { } last ? $"{last:yyyy-MM-dd}" : "the end");
        await writer.WriteAsync(
            $"; Reserve Connect: the books from {from} to {to}, days of America/Sao_Paulo\n\ndecimal-mark .\n");
        foreach (var currency in accounts.Select(a => a.Currency).Distinct())
        {
            await writer.WriteAsync($"commodity 1000.00 {currency}\n");
        }

        await writer.WriteAsync("\n");
        foreach (var (top, type) in Kinds.Values)
        {
            await writer.WriteAsync($"account {top}  ; type:{type}\n");
        }

        foreach (var code in accounts.DistinctBy(a => a.Account))
        {
            await writer.WriteAsync($"account {NameOf(code.Kind, code.Account, null, null)}  ; {code.Title}\n");
        }

        foreach (var part in accounts.Where(a => a.AccountId is not null || a.TaxType is not null))
        {
            await writer.WriteAsync($"account {NameOf(part.Kind, part.Account, part.AccountId, part.TaxType)}\n");
        }

        await writer.WriteAsync("\n");
    }

    public static async Task WriteOpeningAsync(TextWriter writer, DateOnly from, IReadOnlyList<OpenedAccount> accounts)
    {
        if (accounts.Count == 0)
        {
            return;
        }

        // They stand against nothing else: all accounts together are nought.
        await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd} * opening balances\n"));
        foreach (var account in accounts)
        {
            await WriteAsync(writer, NameOf(account.Kind, account.Account, account.AccountId, account.TaxType), account.Balance, account.Currency);
        }

        await writer.WriteAsync("\n");
    }

    public static async Task WriteAsync(TextWriter writer, IAsyncEnumerable<ExportRow> rows, CancellationToken cancellation)
    {
        Guid? open = null;
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (row.TransactionId != open)
            {
                await writer.WriteAsync(open is null ? "" : "\n");
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{row.BookDate:yyyy-MM-dd} * ({Line(row.BusinessKey)}) {Line(row.Type)}\n"));
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Indent}; id:{row.TransactionId}, at:{row.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, by:{Line(row.CreatedBy)}\n"));
                if (row.Reason is { } reason)
                {
                    await writer.WriteAsync($"{Indent}; {Line(reason)}\n");
                }

                open = row.TransactionId;
            }

            await WriteAsync(
                writer,
                NameOf(row.Kind, row.Account, row.AccountType == "property" ? row.AccountId : null, row.TaxType),
                row.Direction == "debit" ? row.Amount : -row.Amount,
                row.Currency);
        }
    }

    /// <summary>An account's name: its kind, its code, and whose it is or which tax.</summary>
    public static string NameOf(string kind, string account, Guid? accountId, string? taxType) =>
        string.Join(':', ((string?[])[Kinds[kind].Top, account, accountId?.ToString(), taxType is null ? null : Part(taxType)]).OfType<string>());

    private static Task WriteAsync(TextWriter writer, string account, decimal amount, string currency) =>
        writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Indent}{account.PadRight(AmountColumn)}  {amount,16:0.00} {currency}\n"));

    // Two spaces end an account's name, and a colon a part of it.
    private static string Part(string text) => new([.. text.Where(char.IsAsciiLetterOrDigit)]);

    // What stands in a line of a journal must not end it, nor begin a comment of its own.
    private static string Line(string text) =>
        new([.. text.Select(c => char.IsControl(c) || c is ';' or '|' or '(' or ')' or '\u2028' or '\u2029' ? ' ' : c)]);
}
