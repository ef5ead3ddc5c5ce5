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
        UnitOfWork unit, BookingIntent intent, Guid attemptId, MoneyFact fact, DateTimeOffset now) =>
        await RecordAsync(unit, intent, (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!, fact, now);

    /// <param name="unit">Where.</param>
    /// <param name="intent">Locked.</param>
    /// <param name="attempt">As it was read after the intent was locked.</param>
    /// <param name="fact">What its provider says of it.</param>
    /// <param name="now">UTC instant.</param>
    /// <inheritdoc cref="RecordAsync(UnitOfWork, BookingIntent, Guid, MoneyFact, DateTimeOffset)"/>
    public static async Task<PaymentAttempt> RecordAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, DateTimeOffset now)
    {
        var status = fact.State == MoneyState.Authorized ? PaymentAttemptStatus.Authorized : PaymentAttemptStatus.Succeeded;
        if (attempt.Status == status || attempt.Status == PaymentAttemptStatus.Refunded)
        {
            return attempt;
        }

        var isPaid = status == PaymentAttemptStatus.Succeeded;
        await unit.SendAsync(
        [
            PaymentAttempts.TakeIn(attempt.Id, fact, isPaid, now),
            PaymentAttempts.Move(attempt.Id, attempt.Status, status, "provider", now),
            .. isPaid ? Posts(intent, attempt, fact, now) : [],
        ]);
        if (isPaid && attempt.IsPix)
        {
            await PixTransactions.EndAsync(unit, attempt.Id, "paid", fact, now);
        }

        return attempt with
        {
            Status = status,
            ProviderPaymentIntentId = fact.ProviderPaymentId,
            AmountReceived = isPaid ? fact.Amount : null,
        };
    }

    /// <summary>Whether what came in is what was asked for.</summary>
    public static bool Fits(BookingIntent intent, MoneyFact fact) =>
        fact.Amount == intent.AmountDue && string.Equals(fact.Currency, intent.Currency, StringComparison.OrdinalIgnoreCase);

    /// <summary>Calls a person to money that is not what the stay costs; it goes back by itself.</summary>
    public static Task RaiseMismatchAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, TimeSpan due, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            new($"payment_amount_mismatch:{attempt.Id}", "payment_amount_mismatch", "high", "A payment does not match the price of its stay", now + due)
            {
                BookingIntentId = intent.Id,
                PropertyId = intent.PropertyId,
                Context = new { attempt.Id, expected = intent.AmountDue, received = fact.Amount, fact.Currency },
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

    private static IEnumerable<Statement> Posts(BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, DateTimeOffset now)
    {
        var money = MoneyOf(intent, attempt, fact.ProviderPaymentId, fact.Amount, fact.Currency);
        yield return Ledger.Post(Postings.PaymentReceived(money), "system", now);
        if (fact is { Fee: > 0, ChargeId: { } charge })
        {
            yield return Ledger.Post(Postings.ProviderFee(money, charge, fact.Fee.Value), "system", now);
        }
    }

    internal static MoneyIn MoneyOf(
        BookingIntent intent, PaymentAttempt attempt, string providerPaymentId, decimal amount, string currency) =>
        new(attempt.Id, intent.BookingId, intent.PropertyId, attempt.IsPix, providerPaymentId, amount, currency.ToUpperInvariant());
}
