using Dapper;
using Npgsql;
using ReserveConnect.Finance;

namespace ReserveConnect.Launcher.Demo;

/// <summary>The ledger as an accountant reads it.</summary>
internal static class Books
{
    private sealed record Entry(string TransactionType, string Account, string Direction, decimal Amount);

    /// <summary>Tells every entry of one booking.</summary>
    public static async Task TellAsync(string connectionString, Guid intentId, Narrator narrator, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        var entries = await connection.QueryAsync<Entry>(new CommandDefinition(
            """
            SELECT entry.transaction_type, entry.account, entry.direction, entry.amount
            FROM reserve.financial_ledger AS entry
            JOIN reserve.booking_intents AS intent ON intent.id = @intentId
            WHERE entry.booking_intent_id = intent.id
            OR entry.reservation_id = intent.reservation_id
            ORDER BY array_position(ARRAY['payment', 'fee', 'commission', 'tax', 'refund'], entry.transaction_type),
                entry.created_at, entry.transaction_id, entry.direction DESC, entry.account
            """,
            new { intentId },
            cancellationToken: cancellation));
        narrator.Step("its entries in the ledger");
        narrator.Detail($"{"event",-24} {"account",-24} {"debit",14} {"credit",14}");
        foreach (var entry in entries)
            narrator.Detail(Line($"{entry.TransactionType,-24} {entry.Account,-24}", entry.Direction == "debit" ? entry.Amount : null, entry.Direction == "credit" ? entry.Amount : null));
    }

    /// <summary>Tells the balance of every account; both sums are the same.</summary>
    public static async Task TellTrialBalanceAsync(string connectionString, Narrator narrator, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        var accounts = await TrialBalance.ReadAsync(connection);
        narrator.Chapter("The trial balance");
        narrator.Detail($"{"account",-49} {"debits",14} {"credits",14}");
        foreach (var account in accounts)
            narrator.Detail(Line($"{account.Account,-49}", account.Debits, account.Credits));
        narrator.Detail(Line($"{"sum",-49}", accounts.Sum(account => account.Debits), accounts.Sum(account => account.Credits)));
    }

    private static string Line(string label, decimal? debit, decimal? credit) =>
        $"{label} {Amount(debit),14} {Amount(credit),14}";

    private static string Amount(decimal? amount) => amount is { } value ? Narrator.Money(value) : "";
}
