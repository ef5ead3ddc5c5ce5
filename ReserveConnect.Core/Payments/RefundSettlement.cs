using Dapper;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// What a provider says about a refund of ours, taken into rows and books, whoever asked it: the saga's own call, or a report
/// that overtook it. Each takes the intent's lock, reads the refund again and does nothing twice.
/// </summary>
public static class RefundSettlement
{
    /// <summary>The money is back. Back a second time, it is a refund past this system.</summary>
    /// <returns>False: the provider's refund stands behind another of ours; this one is not settled.</returns>
    public static async Task<bool> SucceededAsync(UnitOfWork unit, Refund refund, RefundFact fact, PaymentOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(fact);
        var (intent, current) = await LockAsync(unit, refund);
        if (current.Status == RefundStatus.Succeeded && current.ProviderRefundId != fact.ProviderRefundId)
        {
            // Settled with what somebody made by hand while our own call was on its way.
            await RefundByHand.TakeInAsync(unit, current.PaymentAttemptId, fact, options, now);
            return true;
        }

        if (current.Status == RefundStatus.Succeeded || IsOld(current, fact))
        {
            return true;
        }

        if (await IsAnothersAsync(unit.Connection, current, fact))
        {
            return false;
        }

        await Refunds.MoveAsync(unit, current.Id, current.Status, RefundStatus.Succeeded, "given back", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET provider_refund_id = @ProviderRefundId, succeeded_at = @now, dispute_id = @DisputeId WHERE id = @Id",
            new { current.Id, fact.ProviderRefundId, fact.DisputeId, now });
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, current.PaymentAttemptId))!;
        var isAllBack = await FollowAsync(unit, intent.BookingId, attempt, current.Reason, now);
        await Ledger.PostAsync(
            unit, Postings.RefundBeforeConfirmation(MoneyOf(intent, attempt, current), current.Id, current.Amount, current.Reversals), "system", now);
        await Exceptions.ResolveAsync(unit, TroubleKey(current), "refunded", now);
        if (isAllBack)
        {
            await Exceptions.ResolveAsync(unit, $"payment_amount_mismatch:{attempt.Id}", "refunded", now);
            await Exceptions.ResolveAsync(unit, LatePayments.Key(attempt.Id), "refunded", now);
        }

        await Outbox.AppendAsync(
            unit, "payment.refunded", "booking_intent", intent.Id,
            new { refundId = current.Id, current.Amount, current.Currency, current.Reason, current.Purpose, current.ReservationId }, now);
        return true;
    }

    /// <summary>The provider works on it.</summary>
    public static async Task PendingAsync(UnitOfWork unit, Refund refund, RefundFact fact, DateTimeOffset now)
    {
        var (_, current) = await LockAsync(unit, refund);
        if (current.Status != RefundStatus.Requested || current.OperationId != refund.OperationId || await IsAnothersAsync(unit.Connection, current, fact))
        {
            return;
        }

        await Refunds.MoveAsync(unit, current.Id, current.Status, RefundStatus.Pending, "accepted by the provider", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET provider_refund_id = @ProviderRefundId WHERE id = @Id",
            new { current.Id, fact.ProviderRefundId });
    }

    /// <summary>The provider refused it, or could not make it: a person is called, and it is tried again under another key.</summary>
    /// <returns>UTC instant of the next try; now when somebody else has moved it meanwhile.</returns>
    public static async Task<DateTimeOffset> FailedAsync(
        UnitOfWork unit, Refund refund, RefundFailure failure, PaymentOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentNullException.ThrowIfNull(options);
        var (_, current) = await LockAsync(unit, refund);
        if (current.Status != refund.Status || current.OperationId != refund.OperationId)
        {
            return now;
        }

        var again = now + options.RefundBackoff(current.Tries + 1);
        await Refunds.MoveAsync(unit, current.Id, current.Status, RefundStatus.Failed, failure.Code, now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.refunds
            SET tries = tries + 1,
                error_code = @Code,
                next_try_at = @again,
                provider_refund_id = coalesce(@ProviderRefundId, provider_refund_id)
            WHERE id = @Id
            """,
            new { current.Id, failure.Code, failure.ProviderRefundId, again });
        await RaiseAsync(unit, current, "A refund was refused by its provider", failure.Code, now + options.RefundMaxBackoff, now);
        return again;
    }

    /// <summary>
    /// The provider takes it back after it had succeeded (a closed account, a lost card): the money is with us again and owed
    /// again. Books reversed, a person called, tried again.
    /// </summary>
    public static async Task TakenBackAsync(
        UnitOfWork unit, Refund refund, RefundFact fact, PaymentOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(options);
        var (intent, current) = await LockAsync(unit, refund);
        if (current.Status != RefundStatus.Succeeded || current.ProviderRefundId != fact.ProviderRefundId)
        {
            return;
        }

        var code = fact.FailureReason ?? "taken_back";
        await Refunds.MoveAsync(unit, current.Id, current.Status, RefundStatus.Failed, code, now);
        // Asked for anew: the time after which the machine gives up begins again.
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.refunds
            SET reversals = reversals + 1,
                tries = tries + 1,
                asks = 0,
                error_code = @code,
                requested_at = @now,
                succeeded_at = NULL,
                dispute_id = NULL,
                next_try_at = @again
            WHERE id = @Id
            """,
            new { current.Id, code, now, again = now + options.RefundFirstBackoff });
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, current.PaymentAttemptId))!;
        await FollowAsync(unit, intent.BookingId, attempt, "refund taken back", now);
        await Ledger.PostAsync(
            unit, Postings.RefundTakenBack(MoneyOf(intent, attempt, current), current.Id, current.Amount, current.Reversals + 1), "system", now);
        await RaiseAsync(
            unit, current with { Reversals = current.Reversals + 1 }, "A provider took back a refund that it had made", code, now + options.RefundMaxBackoff, now);
    }

    /// <summary>Calls a person to a refund that does not arrive.</summary>
    internal static Task RaiseAsync(UnitOfWork unit, Refund refund, string title, string? code, DateTimeOffset due, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            new(TroubleKey(refund), "refund_failed", "critical", title, due)
            {
                BookingIntentId = refund.BookingIntentId,
                ReservationId = refund.ReservationId,
                ErrorCode = code,
                Context = new { RefundId = refund.Id, refund.Amount, refund.Currency, refund.Reason },
            },
            now);

    internal static MoneyIn MoneyOf(BookingIntent intent, PaymentAttempt attempt, Refund refund) =>
        MoneyIntake.MoneyOf(intent, attempt, attempt.ProviderPaymentIntentId!, refund.Amount, refund.Currency);

    // Trouble that was settled does not come back under its key; what was taken back is new trouble.
    internal static string TroubleKey(Refund refund) =>
        refund.Reversals == 0 ? $"refund_failed:{refund.Id}" : $"refund_failed:{refund.Id}:{refund.Reversals}";

    private static async Task<(BookingIntent Intent, Refund Current)> LockAsync(UnitOfWork unit, Refund refund)
    {
        var intent = await BookingIntents.LockAsync(unit, refund.BookingIntentId);
        return (intent, (await Refunds.FindAsync(unit.Connection, refund.Id))!);
    }

    // What has failed at a provider does not succeed there any more: this was said before it failed.
    private static bool IsOld(Refund current, RefundFact fact) =>
        current.Status == RefundStatus.Failed && current.ProviderRefundId == fact.ProviderRefundId;

    private static Task<bool> IsAnothersAsync(NpgsqlConnection connection, Refund refund, RefundFact fact) =>
        connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.refunds WHERE provider_refund_id = @ProviderRefundId AND id <> @Id)",
            new { refund.Id, fact.ProviderRefundId });

    // The attempt is refunded when all of it is back, and the reservation says how much of its money is.
    // Returns whether the attempt is.
    private static async Task<bool> FollowAsync(UnitOfWork unit, Guid bookingId, PaymentAttempt attempt, string reason, DateTimeOffset now)
    {
        var back = await unit.Connection.ExecuteScalarAsync<decimal>(
            "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE payment_attempt_id = @Id AND status = 'succeeded'", new { attempt.Id });
        var status = back == attempt.AmountReceived ? PaymentAttemptStatus.Refunded : PaymentAttemptStatus.Succeeded;
        if (attempt.Status != status)
        {
            await PaymentAttempts.MoveAsync(unit, attempt.Id, attempt.Status, status, reason, now);
        }

        await unit.Connection.ExecuteAsync(
            """
            WITH intents AS MATERIALIZED (
                SELECT @bookingId AS id
                UNION ALL
                SELECT i.id
                FROM reserve.reservations b
                JOIN reserve.booking_intents i ON i.modifies_reservation_id = b.id
                WHERE b.booking_intent_id = @bookingId)
            UPDATE reserve.reservations r
            SET refund_amount = m.back,
                payment_status = CASE WHEN m.back = 0 THEN 'paid' WHEN m.kept <= 0 THEN 'refunded' ELSE 'partial_refund' END,
                updated_at = @now
            FROM (
                SELECT coalesce(sum(f.amount) FILTER (WHERE f.reservation_id IS NOT NULL), 0) AS back,
                       (SELECT coalesce(sum(a.amount_received), 0)
                        FROM reserve.payment_attempts a
                        WHERE a.booking_intent_id IN (SELECT id FROM intents)
                          AND a.status IN ('succeeded', 'refunded')) - coalesce(sum(f.amount), 0) AS kept
                FROM reserve.refunds f
                WHERE f.booking_intent_id IN (SELECT id FROM intents)
                  AND f.status = 'succeeded') m
            WHERE r.booking_intent_id = @bookingId
            """,
            new { bookingId, now });
        return status == PaymentAttemptStatus.Refunded;
    }
}

/// <summary>Why a refund failed.</summary>
/// <param name="Code">The provider's, stable.</param>
/// <param name="ProviderRefundId">Where it had made one.</param>
public sealed record RefundFailure(string Code, string? ProviderRefundId = null);
