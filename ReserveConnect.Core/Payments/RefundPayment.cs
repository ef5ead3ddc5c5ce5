using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Providers;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Gives money back (a reserved amount is simply let go) and does not stop until the provider says that it is back: asks under a stored operation id, asks
/// again when the answer was lost, tries again under a new id when it was refused, and calls a person when that does
/// not help.
/// </summary>
public sealed class RefundPayment(
    ReserveDatabase database,
    PaymentProviders providers,
    CaptureOrRelease reserved,
    TimeProvider clock,
    IOptions<PaymentOptions> options,
    ILogger<RefundPayment> log)
{
    /// <summary>Moves every outstanding refund of an intent one step, and closes the intent when none is left.</summary>
    public async Task<PaymentStep> RunAsync(Guid intentId, CancellationToken cancellation)
    {
        if (!await reserved.ReleaseAsync(intentId, cancellation))
        {
            return new(NextStep.Wait, clock.GetUtcNow() + options.Value.RefundFirstBackoff);
        }

        IReadOnlyList<Refund> outstanding;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            outstanding = await Refunds.OutstandingAsync(connection, intentId);
        }

        DateTimeOffset? wakeAt = null;
        foreach (var refund in outstanding)
        {
            if (clock.GetUtcNow() >= refund.RequestedAt + options.Value.RefundGiveUp)
            {
                // With a person since it first failed; the machine has stopped trying.
                continue;
            }

            if (await StepAsync(refund, cancellation) is { } again)
            {
                wakeAt = wakeAt is null || again < wakeAt ? again : wakeAt;
            }
        }

        if (wakeAt is not null)
        {
            return new(NextStep.Wait, wakeAt);
        }

        var status = await database.TransactAsync(unit => CloseAsync(unit, intentId), cancellation);
        return new(NextStep.Close, Outcome: status);
    }

    // Returns when to come back; null when this refund needs no more of the saga.
    private async Task<DateTimeOffset?> StepAsync(Refund refund, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (refund.NextTryAt is { } notBefore && now < notBefore)
        {
            return notBefore;
        }

        PaymentAttempt attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = (await PaymentAttempts.FindAsync(connection, refund.PaymentAttemptId))!;
        }

        if (refund.Status == RefundStatus.Failed)
        {
            refund = await database.TransactAsync(unit => RenewAsync(unit, refund), cancellation);
        }

        switch (await providers.RefundAsync(refund, attempt, cancellation))
        {
            case ProviderAnswer<RefundFact>.Done { Value: { State: RefundState.Succeeded } fact }:
                await database.TransactAsync(unit => SucceededAsync(unit, refund, attempt, fact), cancellation);
                return null;
            case ProviderAnswer<RefundFact>.Done { Value: { State: RefundState.Pending } fact }:
                await database.TransactAsync(unit => PendingAsync(unit, refund, fact), cancellation);
                return now + Backoff(refund.Tries + 3);
            case ProviderAnswer<RefundFact>.Done { Value: var failed }:
                return await FailedAsync(refund, failed.FailureReason ?? "failed", cancellation);
            // A refund that the provider has accepted is not undone by a question that it refuses; nor does a bad key decide.
            case ProviderAnswer<RefundFact>.Refused { Status: not (401 or 403) } refused when refund.ProviderRefundId is null:
                return await FailedAsync(refund, refused.Code, cancellation);
            case var unsettled:
                log.LogWarning("{Provider} does not say where refund {RefundId} stands: {Answer}", attempt.Provider, refund.Id, unsettled.GetType().Name);
                return await UnsettledAsync(refund, cancellation);
        }
    }

    private async Task<DateTimeOffset?> FailedAsync(Refund refund, string code, CancellationToken cancellation)
    {
        log.LogError("Refund {RefundId} failed at try {Try}: {Code}", refund.Id, refund.Tries + 1, code);
        return await database.TransactAsync<DateTimeOffset?>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await BookingIntents.LockAsync(unit, refund.BookingIntentId);
                var current = (await Refunds.FindAsync(unit.Connection, refund.Id))!;
                if (current.Status != refund.Status || current.OperationId != refund.OperationId)
                {
                    return now;
                }

                var again = now + Backoff(refund.Tries + 1);
                await Refunds.MoveAsync(unit, refund.Id, refund.Status, RefundStatus.Failed, code, now);
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.refunds SET tries = tries + 1, error_code = @code, next_try_at = @again WHERE id = @Id",
                    new { refund.Id, code, again });

                await Exceptions.RaiseAsync(
                    unit,
                    new($"refund_failed:{refund.Id}", "refund_failed", "critical", "A refund was refused by its provider", now + options.Value.RefundMaxBackoff)
                    {
                        BookingIntentId = refund.BookingIntentId,
                        ErrorCode = code,
                        Context = new { RefundId = refund.Id, refund.Amount, refund.Currency, refund.Reason },
                    },
                    now);
                return again;
            },
            cancellation);
    }

    private Task<DateTimeOffset?> UnsettledAsync(Refund refund, CancellationToken cancellation) =>
        database.TransactAsync<DateTimeOffset?>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var again = now + Backoff(refund.Asks);
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.refunds SET asks = asks + 1, next_try_at = @again, updated_at = @now WHERE id = @Id",
                    new { refund.Id, again, now });
                if (refund.Asks + 1 == options.Value.RefundTries)
                {
                    await Exceptions.RaiseAsync(
                        unit,
                        new($"refund_failed:{refund.Id}", "refund_failed", "critical", "A provider does not say where a refund stands", now + options.Value.RefundMaxBackoff)
                        {
                            BookingIntentId = refund.BookingIntentId,
                            Context = new { RefundId = refund.Id, refund.Amount, refund.Currency, refund.Reason },
                        },
                        now);
                }

                return again;
            },
            cancellation);

    private async Task<Refund> RenewAsync(UnitOfWork unit, Refund refund)
    {
        await BookingIntents.LockAsync(unit, refund.BookingIntentId);
        var current = (await Refunds.FindAsync(unit.Connection, refund.Id))!;
        if (current.Status != RefundStatus.Failed)
        {
            return current;
        }

        var operationId = Refunds.OperationId(refund.Id, refund.Tries);
        await Refunds.MoveAsync(unit, refund.Id, RefundStatus.Failed, RefundStatus.Requested, "tried again", clock.GetUtcNow());
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET operation_id = @operationId, provider_refund_id = NULL WHERE id = @Id",
            new { refund.Id, operationId });
        return refund with { Status = RefundStatus.Requested, OperationId = operationId, ProviderRefundId = null };
    }

    private async Task PendingAsync(UnitOfWork unit, Refund refund, RefundFact fact)
    {
        await BookingIntents.LockAsync(unit, refund.BookingIntentId);
        var current = (await Refunds.FindAsync(unit.Connection, refund.Id))!;
        if (current.Status != RefundStatus.Requested || current.OperationId != refund.OperationId)
        {
            return;
        }

        await Refunds.MoveAsync(unit, refund.Id, current.Status, RefundStatus.Pending, "accepted by the provider", clock.GetUtcNow());
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET provider_refund_id = @ProviderRefundId WHERE id = @Id",
            new { refund.Id, fact.ProviderRefundId });
    }

    private async Task SucceededAsync(UnitOfWork unit, Refund refund, PaymentAttempt attempt, RefundFact fact)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, refund.BookingIntentId);
        var current = (await Refunds.FindAsync(unit.Connection, refund.Id))!;
        if (current.Status == RefundStatus.Succeeded)
        {
            return;
        }

        await Refunds.MoveAsync(unit, refund.Id, current.Status, RefundStatus.Succeeded, "given back", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET provider_refund_id = @ProviderRefundId, succeeded_at = @now WHERE id = @Id",
            new { refund.Id, fact.ProviderRefundId, now });
        await PaymentAttempts.MoveAsync(unit, attempt.Id, PaymentAttemptStatus.Succeeded, PaymentAttemptStatus.Refunded, refund.Reason, now);
        var money = MoneyIntake.MoneyOf(intent, attempt, attempt.ProviderPaymentIntentId!, refund.Amount, refund.Currency);
        await Ledger.PostAsync(unit, Postings.RefundBeforeConfirmation(money, refund.Id, refund.Amount), "system", now);
        await Exceptions.ResolveAsync(unit, $"refund_failed:{refund.Id}", "refunded", now);
        await Exceptions.ResolveAsync(unit, $"payment_amount_mismatch:{attempt.Id}", "refunded", now);
        await Exceptions.ResolveAsync(unit, LatePayments.Key(attempt.Id), "refunded", now);
        await Outbox.AppendAsync(
            unit, "payment.refunded", "booking_intent", intent.Id, new { refundId = refund.Id, refund.Amount, refund.Currency, refund.Reason }, now);
    }

    private async Task<string> CloseAsync(UnitOfWork unit, Guid intentId)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        if (intent.Status != BookingIntentStatus.RefundPending || (await Refunds.OutstandingAsync(unit.Connection, intentId)).Count > 0)
        {
            return intent.Status;
        }

        await BookingIntents.CloseAsync(
            unit, intent, BookingIntentStatus.Cancelled, "system", intent.ClosedReason ?? "refunded", clock.GetUtcNow());
        return BookingIntentStatus.Cancelled;
    }

    private TimeSpan Backoff(int tries)
    {
        var wait = options.Value.RefundFirstBackoff * Math.Pow(2, Math.Min(tries, 20));
        return wait < options.Value.RefundMaxBackoff ? wait : options.Value.RefundMaxBackoff;
    }
}
