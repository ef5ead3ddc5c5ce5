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
        await ReportedAsync(unit, attempt.Id, fact) > await CountedAsync(unit, attempt.Id);

    /// <summary>Counts what is new and extends the hold.</summary>
    public static async Task CountAsync(
        UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact, DateTimeOffset now, BookingOptions options)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        var counted = await CountedAsync(unit, attemptId);
        var reported = await ReportedAsync(unit, attemptId, fact);
        if (!BookingIntentStatus.AwaitsMoney(intent.Status) || reported <= counted)
        {
            return;
        }

        await PaymentAttempts.RecordAsync(unit, attemptId, fact, now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET retry_count = @reported,
                failed_at = @now
            WHERE id = @attemptId
            """,
            new { attemptId, reported, now });
        await FailedAsync(unit, intent, attemptId, fact, reported - counted, now, options);
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

    private static Task<int> CountedAsync(UnitOfWork unit, Guid attemptId) =>
        unit.Connection.ExecuteScalarAsync<int>(
            "SELECT retry_count FROM reserve.payment_attempts WHERE id = @attemptId", new { attemptId });

    // Every decline is an event of its own; a lost event still shows as a failed charge that was not noted, and what is
    // declined was declined once at least.
    private static Task<int> ReportedAsync(UnitOfWork unit, Guid attemptId, MoneyFact fact) =>
        unit.Connection.ExecuteScalarAsync<int>(
            """
            SELECT greatest(
                1,
                (SELECT count(*)
                 FROM reserve.webhook_events e
                 WHERE e.provider = 'stripe'
                   AND e.event_type = 'payment_intent.payment_failed'
                   AND e.object_id = @ProviderPaymentId),
                a.retry_count + CASE WHEN @ChargeId::text IS NOT NULL AND a.provider_charge_id IS DISTINCT FROM @ChargeId THEN 1 ELSE 0 END)::int
            FROM reserve.payment_attempts a
            WHERE a.id = @attemptId
            """,
            new { attemptId, fact.ProviderPaymentId, fact.ChargeId });
}
