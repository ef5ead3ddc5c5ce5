using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Payments;

/// <summary>
/// Counts the declines of a charge that stays open for another try (cards): each gives the hold five
/// minutes more, the third ends the intent (roadmap, sprint 4).
/// </summary>
public static class Declines
{
    /// <summary>Whether the provider reports more declines than were counted.</summary>
    public static async Task<bool> AreNewAsync(UnitOfWork unit, PaymentAttempt attempt, MoneyFact fact) =>
        (await ReportedAsync(unit, attempt.Id, fact)).AreNew;

    /// <summary>Counts what is new and extends the hold.</summary>
    public static async Task CountAsync(
        UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact, DateTimeOffset now, BookingOptions options)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        var declines = await ReportedAsync(unit, attemptId, fact);
        if (!BookingIntentStatus.AwaitsMoney(intent.Status) || !declines.AreNew)
        {
            return;
        }

        await PaymentAttempts.RecordAsync(unit, attemptId, fact, now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET retry_count = @Reported,
                declined_charges = @Charges,
                failed_at = @now
            WHERE id = @attemptId
            """,
            new { attemptId, declines.Reported, declines.Charges, now });
        await FailedAsync(unit, intent, attemptId, fact, declines.Reported - declines.Counted, now, options);
    }

    /// <summary>Counts that a provider has refused a charge for good (PIX): it is as much of a failure.</summary>
    public static async Task CountRejectionAsync(
        UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact, DateTimeOffset now, BookingOptions options)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        await PaymentAttempts.RecordAsync(unit, attemptId, fact, now);
        await unit.Connection.ExecuteAsync("UPDATE reserve.payment_attempts SET failed_at = @now WHERE id = @attemptId", new { attemptId, now });
        if (BookingIntentStatus.AwaitsMoney(intent.Status))
        {
            await FailedAsync(unit, intent, attemptId, fact, 1, now, options);
        }
    }

    // Each that leaves another try gives the hold five minutes more than it had (roadmap, sprint 4: extend the TTL); however late
    // it was heard of, five remain.
    private static async Task FailedAsync(
        UnitOfWork unit, BookingIntent intent, Guid attemptId, MoneyFact fact, int more, DateTimeOffset now, BookingOptions options)
    {
        var failures = intent.PaymentFailures + more;
        var extensions = Math.Max(0, Math.Min(failures, options.MaxPaymentFailures - 1) - intent.PaymentFailures);
        var atLeast = now + options.PaymentFailureExtension;
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_intents
            SET payment_failures = @failures,
                expires_at = CASE WHEN @extensions = 0 THEN expires_at ELSE greatest(expires_at + @extensions * @PaymentFailureExtension, @atLeast) END
            WHERE id = @Id
            """,
            new { intent.Id, failures, extensions, options.PaymentFailureExtension, atLeast });
        await Outbox.AppendAsync(
            unit, "payment.failed", "booking_intent", intent.Id,
            new { attemptId, fact.ErrorCode, attemptsLeft = Math.Max(0, options.MaxPaymentFailures - failures) }, now);
    }

    // Every decline is an event of its own, and the charge that the provider shows; either may come first, or alone. What they
    // name counts once. One without a charge is named by its number: the provider shows that there is one, and its event that it is the n-th.
    private static async Task<DeclinesOfCharge> ReportedAsync(UnitOfWork unit, Guid attemptId, MoneyFact fact)
    {
        var (counted, charges) = await unit.Connection.QuerySingleAsync<(int Counted, string[] Charges)>(
            """
            SELECT a.retry_count,
                   ARRAY(
                       SELECT unnest(a.declined_charges)
                       UNION
                       SELECT coalesce(e.charge, 'uncharged:' || row_number() OVER (PARTITION BY e.charge IS NULL ORDER BY e.received_at, e.id))
                       FROM (
                           SELECT id, received_at, payload #>> '{data,object,last_payment_error,charge}' AS charge
                           FROM reserve.webhook_events
                           WHERE provider = 'stripe'
                             AND event_type = 'payment_intent.payment_failed'
                             AND object_id = @ProviderPaymentId) e
                       UNION
                       SELECT coalesce(@ChargeId::text, 'uncharged:1'))
            FROM reserve.payment_attempts a
            WHERE a.id = @attemptId
            """,
            new { attemptId, fact.ProviderPaymentId, fact.ChargeId });
        return new(counted, charges);
    }

    private sealed record DeclinesOfCharge(int Counted, string[] Charges)
    {
        public int Reported => Charges.Length;

        public bool AreNew => Reported > Counted;
    }
}
