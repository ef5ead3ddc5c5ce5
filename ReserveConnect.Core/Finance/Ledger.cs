using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>The only way into the books: append-only, balanced, each business key once.</summary>
public static class Ledger
{
    /// <summary>The books are kept in it (money.md).</summary>
    public const string Currency = "BRL";

    // SQL states of reserve.post_ledger_transaction.
    private const string OutOfBalance = "RC003";
    private const string KeyReused = "RC006";

    /// <summary>Posts the transaction in the caller's database transaction.</summary>
    /// <returns>True when it was posted now, false when it had been posted before with the same figures.</returns>
    /// <exception cref="UnbalancedTransactionException">It does not balance.</exception>
    /// <exception cref="LedgerKeyReusedException">The key was posted before with other figures.</exception>
    public static async Task<bool> PostAsync(UnitOfWork unit, LedgerTransaction transaction, string actor, DateTimeOffset now) =>
        (await unit.SendAsync(Post(transaction, actor, now)))[0] > 0;

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <exception cref="UnbalancedTransactionException">It does not balance.</exception>
    public static Statement Post(LedgerTransaction transaction, string actor, DateTimeOffset now)
    {
        transaction.EnsureSound();
        var entries = transaction.Entries;
        return new(
            """
            SELECT
            FROM reserve.post_ledger_transaction(
                @id, @BusinessKey, @Type, @Currency, @BookingIntentId, @ReservationId, @PropertyId, @Reverses,
                @StripePaymentIntentId, @StripeTransferId, @PixTransactionId, @Description, @Reason, @hash, @now, @actor,
                @ids, @accounts, @directions, @amounts, @accountIds, @taxTypes) AS is_new
            WHERE is_new
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                transaction.BusinessKey,
                transaction.Type,
                transaction.Currency,
                transaction.BookingIntentId,
                transaction.ReservationId,
                transaction.PropertyId,
                transaction.Reverses,
                transaction.StripePaymentIntentId,
                transaction.StripeTransferId,
                transaction.PixTransactionId,
                transaction.Description,
                transaction.Reason,
                hash = transaction.ContentHash(),
                now,
                actor,
                ids = entries.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                accounts = entries.Select(e => e.Account).ToArray(),
                directions = entries.Select(e => e.Side == Side.Debit ? "debit" : "credit").ToArray(),
                amounts = entries.Select(e => e.Amount).ToArray(),
                accountIds = entries.Select(e => e.AccountId).ToArray(),
                taxTypes = entries.Select(e => e.TaxType).ToArray(),
            },
            Refused: refused => refused.SqlState switch
            {
                OutOfBalance => new UnbalancedTransactionException(refused.MessageText, refused),
                KeyReused => new LedgerKeyReusedException(refused.MessageText, refused),
                _ => null,
            });
    }
}

/// <summary>One business key, two different facts: a bug, never resolved by overwriting.</summary>
public sealed class LedgerKeyReusedException(string message, Exception? cause = null) : Exception(message, cause);
