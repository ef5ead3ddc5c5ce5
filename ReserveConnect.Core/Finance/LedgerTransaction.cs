using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Finance;

/// <summary>The side of an entry.</summary>
public enum Side
{
    Debit,
    Credit,
}

/// <summary>One line of a transaction.</summary>
/// <param name="Account">Code of <c>ledger_accounts</c> (money.md, chart of accounts).</param>
/// <param name="Amount">Positive, two places, in the transaction's currency.</param>
/// <param name="AccountId">Whose account it is where the chart keeps one per guest intent or property.</param>
/// <param name="TaxType">For tax accounts: ISS, IOF, ...</param>
public sealed record LedgerEntry(string Account, Side Side, decimal Amount, Guid? AccountId = null, string? TaxType = null);

/// <summary>A business fact as balanced entries. The business key makes posting it twice the same as posting it once.</summary>
public sealed record LedgerTransaction(string BusinessKey, string Type, string Currency, IReadOnlyList<LedgerEntry> Entries)
{
    public Guid? BookingIntentId { get; init; }

    public Guid? ReservationId { get; init; }

    public Guid? PropertyId { get; init; }

    public string? StripePaymentIntentId { get; init; }

    public string? StripeTransferId { get; init; }

    public string? PixTransactionId { get; init; }

    /// <summary>The transaction that this one undoes.</summary>
    public Guid? Reverses { get; init; }

    /// <summary>Why somebody posts it by hand; null for what a rule posts.</summary>
    public string? Reason { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Debits less credits; zero for every transaction that may be posted.</summary>
    public decimal Difference => Entries.Sum(e => e.Side == Side.Debit ? e.Amount : -e.Amount);

    /// <summary>Identifies the content, so that a key posted again with other figures is noticed.</summary>
    public byte[] ContentHash()
    {
        var text = new StringBuilder(Type).Append('|').Append(Currency);
        foreach (var entry in Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"|{entry.Account}:{entry.Side}:{entry.Amount:0.00}:{entry.AccountId}:{entry.TaxType}");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <exception cref="UnbalancedTransactionException">Debits and credits differ, or an amount is not a positive number of cents.</exception>
    public void EnsureSound()
    {
        if (Entries.Count < 2 || Difference != 0)
        {
            throw new UnbalancedTransactionException($"{BusinessKey}: out of balance by {Difference}");
        }

        if (Entries.Any(e => e.Amount <= 0 || decimal.Round(e.Amount, 2) != e.Amount))
        {
            throw new UnbalancedTransactionException($"{BusinessKey}: every entry is a positive number of cents");
        }
    }
}

/// <summary>A transaction that the books refuse.</summary>
public sealed class UnbalancedTransactionException(string message, Exception? cause = null) : Exception(message, cause);
