using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>The only way into the books: append-only, balanced, each business key once.</summary>
public static class Ledger
{
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
        var id = Guid.CreateVersion7(now);
        var hash = transaction.ContentHash();
        var entries = transaction.Entries;
        return new(
            """
            WITH posted AS (
                INSERT INTO reserve.ledger_transactions
                    (id, business_key, transaction_type, booking_intent_id, reservation_id, content_hash, description, created_at, created_by)
                VALUES (@id, @BusinessKey, @Type, @BookingIntentId, @ReservationId, @hash, @Description, @now, @actor)
                ON CONFLICT (business_key) DO NOTHING
                RETURNING id)
            INSERT INTO reserve.financial_ledger
                (id, transaction_id, booking_intent_id, reservation_id, property_id, transaction_type, direction, amount, currency,
                 account, account_type, account_id, tax_type, stripe_payment_intent_id, pix_transaction_id, description, created_at, created_by)
            SELECT e.id, posted.id, @BookingIntentId, @ReservationId, @PropertyId, @Type, e.direction, e.amount, @Currency,
                   e.account, a.account_type, e.account_id, e.tax_type, @StripePaymentIntentId, @PixTransactionId, @Description, @now, @actor
            FROM posted
            CROSS JOIN unnest(@ids, @directions, @amounts, @accounts, @accountIds, @taxTypes)
                AS e (id, direction, amount, account, account_id, tax_type)
            JOIN reserve.ledger_accounts a ON a.code = e.account
            """,
            new
            {
                id,
                transaction.BusinessKey,
                transaction.Type,
                transaction.BookingIntentId,
                transaction.ReservationId,
                transaction.PropertyId,
                transaction.Currency,
                transaction.StripePaymentIntentId,
                transaction.PixTransactionId,
                transaction.Description,
                hash,
                now,
                actor,
                ids = entries.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                directions = entries.Select(e => e.Side == Side.Debit ? "debit" : "credit").ToArray(),
                amounts = entries.Select(e => e.Amount).ToArray(),
                accounts = entries.Select(e => e.Account).ToArray(),
                accountIds = entries.Select(e => e.AccountId).ToArray(),
                taxTypes = entries.Select(e => e.TaxType).ToArray(),
            },
            async (unit, posted) =>
            {
                // None: the key has been posted before, which is nothing new if it was the same.
                if (posted == 0)
                {
                    await EnsureSameAsync(unit, transaction.BusinessKey, hash);
                }
                else if (posted != entries.Count)
                {
                    throw new UnbalancedTransactionException($"{transaction.BusinessKey}: names an account that the chart does not have");
                }
            });
    }

    private static async Task EnsureSameAsync(UnitOfWork unit, string businessKey, byte[] hash)
    {
        var known = await unit.Connection.QuerySingleAsync<byte[]>(
            "SELECT content_hash FROM reserve.ledger_transactions WHERE business_key = @businessKey", new { businessKey });
        if (!known.AsSpan().SequenceEqual(hash))
        {
            throw new LedgerKeyReusedException($"{businessKey} was posted before with other figures");
        }
    }
}

/// <summary>One business key, two different facts: a bug, never resolved by overwriting.</summary>
public sealed class LedgerKeyReusedException(string message) : Exception(message);
