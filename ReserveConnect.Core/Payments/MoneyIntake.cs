using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>Takes money that a provider reports into the attempt and the books, whatever becomes of the booking.</summary>
public static class MoneyIntake
{
    /// <summary>
    /// Marks the attempt authorised or succeeded and posts what was received, and the provider's fee. Done again for the
    /// same money, it changes nothing.
    /// </summary>
    /// <returns>The attempt as it is now.</returns>
    public static async Task<PaymentAttempt> RecordAsync(
        UnitOfWork unit, BookingIntent intent, Guid attemptId, MoneyFact fact, DateTimeOffset now)
    {
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        var status = fact.State == MoneyState.Authorized ? PaymentAttemptStatus.Authorized : PaymentAttemptStatus.Succeeded;
        if (attempt.Status == status || attempt.Status == PaymentAttemptStatus.Refunded)
        {
            return attempt;
        }

        await PaymentAttempts.RecordAsync(unit, attemptId, fact, now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET amount_received = CASE WHEN @IsPaid THEN @Amount END,
                fee_amount = @Fee,
                succeeded_at = CASE WHEN @IsPaid THEN @now END
            WHERE id = @attemptId
            """,
            new { attemptId, fact.Amount, fact.Fee, IsPaid = status == PaymentAttemptStatus.Succeeded, now });
        await PaymentAttempts.MoveAsync(unit, attemptId, attempt.Status, status, "provider", now);
        if (status == PaymentAttemptStatus.Succeeded)
        {
            await PostAsync(unit, intent, attempt, fact, now);
        }

        return attempt with
        {
            Status = status,
            ProviderPaymentIntentId = fact.ProviderPaymentId,
            AmountReceived = status == PaymentAttemptStatus.Succeeded ? fact.Amount : null,
        };
    }

    /// <summary>Whether what came in is what the stay costs.</summary>
    public static bool Fits(BookingIntent intent, MoneyFact fact) =>
        fact.Amount == intent.TotalAmount && string.Equals(fact.Currency, intent.Currency, StringComparison.OrdinalIgnoreCase);

    /// <summary>Calls a person to money that is not what the stay costs; it goes back by itself.</summary>
    public static Task RaiseMismatchAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, TimeSpan due, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            new($"payment_amount_mismatch:{attempt.Id}", "payment_amount_mismatch", "high", "A payment does not match the price of its stay", now + due)
            {
                BookingIntentId = intent.Id,
                PropertyId = intent.PropertyId,
                Context = new { attempt.Id, expected = intent.TotalAmount, received = fact.Amount, fact.Currency },
            },
            now);

    /// <summary>The key under which <see cref="RaiseUnknownAsync"/> raises, and whoever learns the outcome resolves.</summary>
    public static string UnknownKey(Guid attemptId) => $"payment_outcome_unknown:{attemptId}";

    /// <summary>Calls a person to a charge of which its provider does not say whether it was paid.</summary>
    public static Task RaiseUnknownAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, TimeSpan due, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            new(UnknownKey(attempt.Id), "payment_outcome_unknown", "critical", "A provider does not say whether a charge was paid", now + due)
            {
                BookingIntentId = intent.Id,
                PropertyId = intent.PropertyId,
                Context = new { AttemptId = attempt.Id, attempt.Provider },
            },
            now);

    private static async Task PostAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, DateTimeOffset now)
    {
        var money = MoneyOf(intent, attempt, fact.ProviderPaymentId, fact.Amount, fact.Currency);
        await Ledger.PostAsync(unit, Postings.PaymentReceived(money), "system", now);
        if (fact is { Fee: > 0, ChargeId: { } charge })
        {
            await Ledger.PostAsync(unit, Postings.ProviderFee(money, charge, fact.Fee.Value), "system", now);
        }

        if (attempt.IsPix)
        {
            await PixTransactions.EndAsync(unit, attempt.Id, "paid", fact, now);
        }
    }

    internal static MoneyIn MoneyOf(
        BookingIntent intent, PaymentAttempt attempt, string providerPaymentId, decimal amount, string currency) =>
        new(attempt.Id, intent.Id, intent.PropertyId, attempt.IsPix, providerPaymentId, amount, currency.ToUpperInvariant());
}
