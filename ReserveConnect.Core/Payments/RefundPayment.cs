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
    RefundsAtProvider atProvider,
    TimeProvider clock,
    IOptions<PaymentOptions> options,
    ILogger<RefundPayment> log)
{
    /// <summary>What a provider has just accepted is asked for as if it had been tried so often.</summary>
    private const int FirstPendingTry = 3;

    /// <summary>Stripe's word for a charge whose money the bank has.</summary>
    private const string Disputed = "charge_disputed";

    /// <summary>Well within the 24 hours for which providers remember an idempotency key.</summary>
    private static readonly TimeSpan KeyTrust = TimeSpan.FromHours(1);

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
            if (!refund.IsOwed || refund.IsHeld || await IsGivenUpAsync(refund, cancellation))
            {
                // With a person since it failed, or with a bank: the machine does not try, or has stopped.
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

    // Whatever its age, it is not left before a person was called: a machine that stood still for a week has not tried.
    private async Task<bool> IsGivenUpAsync(Refund refund, CancellationToken cancellation)
    {
        if (clock.GetUtcNow() < refund.RequestedAt + options.Value.RefundGiveUp)
        {
            return false;
        }

        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.exceptions WHERE exception_key = @key)", new { key = RefundSettlement.TroubleKey(refund) });
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
        IReadOnlySet<string> others;
        IReadOnlyList<Dispute> disputes;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = (await PaymentAttempts.FindAsync(connection, refund.PaymentAttemptId))!;
            others = (await Refunds.OfAttemptAsync(connection, attempt.Id))
                .Where(r => r.Id != refund.Id && r.ProviderRefundId is not null)
                .Select(r => r.ProviderRefundId!)
                .ToHashSet();
            disputes = await Disputes.OfAttemptAsync(connection, attempt.Id);
        }

        if (disputes.Count > 0)
        {
            if (await DecideAsync(refund, wasRefused: false, cancellation) is not { } toAsk)
            {
                return null;
            }

            refund = toAsk;
        }

        if (refund.Status == RefundStatus.Failed)
        {
            refund = await database.TransactAsync(unit => RenewAsync(unit, refund), cancellation);
        }

        var mayBeMade = refund.Asks > 0 || refund.Tries > 0 || now >= refund.RequestedAt + KeyTrust;
        switch (await providers.RefundAsync(refund, attempt, others, mayBeMade, cancellation))
        {
            case ProviderAnswer<RefundFact>.Done { Value: { State: RefundState.Succeeded } fact }:
                var isSettled = await database.TransactAsync(unit => RefundSettlement.SucceededAsync(unit, refund, fact, options.Value, clock.GetUtcNow()), cancellation);
                return isSettled ? null : await UnsettledAsync(refund, cancellation);
            case ProviderAnswer<RefundFact>.Done { Value: { State: RefundState.Pending } fact }:
                return await PendingAsync(refund, fact, cancellation);
            case ProviderAnswer<RefundFact>.Done { Value: var failed }:
                return await FailedAsync(refund, new(failed.FailureReason ?? "failed", failed.ProviderRefundId), cancellation);
            case ProviderAnswer<RefundFact>.Refused { Code: Disputed } when refund.ProviderRefundId is null:
                return await DisputedAsync(refund, cancellation);
            // Mercado Pago has no word for it: what it refuses in a mediation waits for its end.
            case ProviderAnswer<RefundFact>.Refused { Status: not (401 or 403) } when refund.ProviderRefundId is null && attempt.IsPix && disputes.Any(d => d.IsOpen):
                return await DisputedAsync(refund, cancellation);
            // A refund that the provider has accepted is not undone by a question that it refuses; nor does a bad key decide.
            case ProviderAnswer<RefundFact>.Refused { Status: not (401 or 403) } refused when refund.ProviderRefundId is null:
                var again = await FailedAsync(refund, new(refused.Code), cancellation);
                await LookAsync(attempt, cancellation);
                return again;
            case var unsettled:
                log.LogWarning("{Provider} does not say where refund {RefundId} stands: {Answer}", attempt.Provider, refund.Id, unsettled.GetType().Name);
                return await UnsettledAsync(refund, cancellation);
        }
    }

    // Of a dispute that we do not know yet we shall soon be told; until then it is as if the provider had not answered.
    private async Task<DateTimeOffset?> DisputedAsync(Refund refund, CancellationToken cancellation) =>
        await DecideAsync(refund, wasRefused: true, cancellation) is { } owed ? await UnsettledAsync(owed, cancellation) : null;

    private Task<Refund?> DecideAsync(Refund refund, bool wasRefused, CancellationToken cancellation) =>
        database.TransactAsync(unit => DisputedRefunds.DecideAsync(unit, refund, wasRefused, options.Value, clock.GetUtcNow()), cancellation);

    // It may be refused because somebody has given the money back by hand.
    private async Task LookAsync(PaymentAttempt attempt, CancellationToken cancellation)
    {
        try
        {
            await atProvider.TakeInAllAsync(attempt, cancellation);
        }
        catch (ProviderSilentException)
        {
            // The next try looks again.
        }
    }

    private async Task<DateTimeOffset?> FailedAsync(Refund refund, RefundFailure failure, CancellationToken cancellation)
    {
        log.LogError("Refund {RefundId} failed at try {Try}: {Code}", refund.Id, refund.Tries + 1, failure.Code);
        return await database.TransactAsync<DateTimeOffset?>(
            async unit => await RefundSettlement.FailedAsync(unit, refund, failure, options.Value, clock.GetUtcNow()), cancellation);
    }

    private Task<DateTimeOffset?> PendingAsync(Refund refund, RefundFact fact, CancellationToken cancellation) =>
        database.TransactAsync<DateTimeOffset?>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await RefundSettlement.PendingAsync(unit, refund, fact, now);
                // A report may have settled it while it was asked for; the lock is held since.
                if ((await Refunds.FindAsync(unit.Connection, refund.Id))!.Status == RefundStatus.Succeeded)
                {
                    return null;
                }

                var age = now - refund.RequestedAt;
                if (age >= options.Value.RefundPendingLimit)
                {
                    await RefundSettlement.RaiseAsync(unit, refund, "A refund stays on its way", "pending", now + options.Value.RefundMaxBackoff, now);
                }

                // What takes days is not asked for every minute.
                var patience = age / 2;
                return now + (patience < options.Value.RefundBackoff(FirstPendingTry) ? options.Value.RefundBackoff(FirstPendingTry)
                    : patience < options.Value.RefundMaxBackoff ? patience : options.Value.RefundMaxBackoff);
            },
            cancellation);

    private Task<DateTimeOffset?> UnsettledAsync(Refund refund, CancellationToken cancellation) =>
        database.TransactAsync<DateTimeOffset?>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await BookingIntents.LockAsync(unit, refund.BookingIntentId);
                if ((await Refunds.FindAsync(unit.Connection, refund.Id))!.Status == RefundStatus.Succeeded)
                {
                    return null;
                }

                var again = now + options.Value.RefundBackoff(refund.Asks);
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.refunds SET asks = asks + 1, next_try_at = @again, updated_at = @now WHERE id = @Id",
                    new { refund.Id, again, now });
                if (refund.Asks + 1 >= options.Value.RefundTries)
                {
                    await RefundSettlement.RaiseAsync(
                        unit, refund, "A provider does not say where a refund stands", code: null, now + options.Value.RefundMaxBackoff, now);
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

        var operationId = Refunds.OperationId(current.Id, current.Tries);
        await Refunds.MoveAsync(unit, refund.Id, RefundStatus.Failed, RefundStatus.Requested, "tried again", clock.GetUtcNow());
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET operation_id = @operationId, provider_refund_id = NULL WHERE id = @Id",
            new { refund.Id, operationId });
        return current with { Status = RefundStatus.Requested, OperationId = operationId, ProviderRefundId = null };
    }

    private async Task<string> CloseAsync(UnitOfWork unit, Guid intentId)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        if (intent.Status != BookingIntentStatus.RefundPending)
        {
            return intent.Status;
        }

        if ((await Refunds.OutstandingAsync(unit.Connection, intentId)).Count > 0)
        {
            // With a bank or a person, for weeks maybe: the room does not wait for them.
            await Holds.ReleaseAsync(unit, intent, clock.GetUtcNow());
            return intent.Status;
        }

        await BookingIntents.CloseAsync(
            unit, intent, BookingIntentStatus.Cancelled, "system", intent.ClosedReason ?? "refunded", clock.GetUtcNow());
        return BookingIntentStatus.Cancelled;
    }
}
