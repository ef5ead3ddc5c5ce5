using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Where a payout is after a step.</summary>
/// <param name="WakeAt">When it is looked at again; null: nothing more becomes of it.</param>
public sealed record PayoutStep(string Status, DateTimeOffset? WakeAt);

/// <summary>
/// Moves a payout on, one step: waits for its approval, sends it, asks what became of it, tries it again. The row says where it is;
/// whoever calls, and however often, it is sent once: its operation is stored before the provider is asked, and asked again under the same.
/// </summary>
public sealed class MovePayout(
    ReserveDatabase database, PayoutProviders providers, SendableBalances balances, TimeProvider clock, IOptions<PayoutOptions> options, ILogger<MovePayout> log)
{
    /// <summary>Does what is to be done now.</summary>
    /// <exception cref="InvalidOperationException">There is no such payout.</exception>
    public async Task<PayoutStep> RunAsync(Guid payoutId, CancellationToken cancellation)
    {
        var step = await StepAsync(payoutId, cancellation);
        // One that waits for a person keeps its saga: what they say would be lost on one that is just ending.
        return step is { Status: PayoutStatus.Failed, WakeAt: null } ? step with { WakeAt = clock.GetUtcNow() + options.Value.FailedLook } : step;
    }

    private async Task<PayoutStep> StepAsync(Guid payoutId, CancellationToken cancellation)
    {
        Payout payout;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            payout = await PayoutRows.FindAsync(connection, payoutId) ?? throw new InvalidOperationException($"no payout {payoutId}");
        }

        var now = clock.GetUtcNow();
        switch (payout.Status)
        {
            case PayoutStatus.PendingApproval:
                return await database.TransactAsync(unit => AwaitApprovalAsync(unit, payoutId), cancellation);
            case PayoutStatus.Failed when payout.NextTryAt is null:
                return new(payout.Status, null);
            case PayoutStatus.Failed when payout.NextTryAt > now:
            case PayoutStatus.Processing when payout.NextTryAt > now:
            case PayoutStatus.Approved when payout.NextTryAt > now:
                return new(payout.Status, payout.NextTryAt);
            case PayoutStatus.Failed:
            case PayoutStatus.Approved:
                return await SendAsync(payout, cancellation);
            case PayoutStatus.Processing:
                payout = await database.TransactAsync(unit => PayoutRows.AskAsync(unit, payoutId, now), cancellation);
                return payout.Status == PayoutStatus.Processing ? await AskAsync(payout, cancellation) : new(payout.Status, WakeOf(payout));
            default:
                return new(payout.Status, null);
        }
    }

    private async Task<PayoutStep> AwaitApprovalAsync(UnitOfWork unit, Guid payoutId)
    {
        var payout = await PayoutRows.LockAsync(unit, payoutId);
        var now = clock.GetUtcNow();
        if (payout.Status != PayoutStatus.PendingApproval)
        {
            return new(payout.Status, now);
        }

        // Not before it was reminded of for as long as that: where no host ran for days nobody has had that time.
        if (now >= payout.RemindedAt + options.Value.ApprovalAfterReminder)
        {
            await DecidePayout.RejectAsync(unit, payout, "system", "approval_timed_out", notes: null, now);
            return new(PayoutStatus.Rejected, null);
        }

        if (payout.RemindedAt is null && now >= payout.RequestedAt + options.Value.ApprovalReminder)
        {
            await unit.Connection.ExecuteAsync("UPDATE reserve.payouts SET reminded_at = @now WHERE id = @Id", new { payout.Id, now });
            await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Approval, payout, code: null, now);
            await Outbox.AppendAsync(unit, "payout.approval_reminded", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount }, now);
            payout = payout with { RemindedAt = now };
        }

        return new(payout.Status, payout.RemindedAt is { } remindedAt ? remindedAt + options.Value.ApprovalAfterReminder : payout.RequestedAt + options.Value.ApprovalReminder);
    }

    private async Task<PayoutStep> SendAsync(Payout payout, CancellationToken cancellation)
    {
        string? method;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            // Where it goes is where it goes today.
            method = await PayoutChanges.MethodAsync(connection, payout.PropertyId) ?? payout.Method;
        }

        if (!await balances.SufficeAsync(method!, payout.NetAmount, cancellation))
        {
            log.LogWarning("The balance at {Method} does not suffice for payout {PayoutId}", method, payout.Id);
            return await database.TransactAsync(unit => PutOffAsync(unit, payout.Id, PayoutTroubles.NoBalance, options.Value.BalanceRetry), cancellation);
        }

        var prepared = await database.TransactAsync(unit => PrepareAsync(unit, payout.Id, payout.PropertyId), cancellation);
        return prepared.Status == PayoutStatus.Processing ? await AskAsync(prepared, cancellation) : new(prepared.Status, WakeOf(prepared));
    }

    // The last look before the money leaves: what was refunded meanwhile is deducted, and where it goes is where it goes today.
    private async Task<Payout> PrepareAsync(UnitOfWork unit, Guid payoutId, Guid propertyId)
    {
        await PayoutRows.LockPropertiesAsync(unit, [propertyId]);
        var payout = await PayoutRows.LockAsync(unit, payoutId);
        var now = clock.GetUtcNow();
        if (payout.Status == PayoutStatus.Failed && payout.NextTryAt <= now)
        {
            if (NeedsAnotherWord(payout))
            {
                return await AskForApprovalAsync(unit, payout, now);
            }

            await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Approved, "system", "tried again", now);
            payout = payout with { Status = PayoutStatus.Approved };
        }

        if (payout.Status != PayoutStatus.Approved)
        {
            return payout;
        }

        if (await PayoutChanges.IsHeldAsync(unit, propertyId))
        {
            await PutOffAsync(unit, payoutId, PayoutTroubles.Held, options.Value.BalanceRetry);
            return await PayoutRows.LockAsync(unit, payoutId);
        }

        // Only of what was asked for before.
        if (payout.ProcessedAt is not null && await PayoutTroubles.IsStrayAsync(unit, payoutId))
        {
            await PutOffAsync(unit, payoutId, PayoutTroubles.Stray, options.Value.BalanceRetry);
            return await PayoutRows.LockAsync(unit, payoutId);
        }

        if (await PayoutChanges.IsBookingCancelledAsync(unit, payoutId))
        {
            // What is kept of it is known when the cancellation is over: in seconds, unless the Host is silent.
            var isLong = now - (payout.ApprovedAt ?? payout.RequestedAt) >= options.Value.PendingLimit;
            await PutOffAsync(unit, payoutId, isLong ? PayoutTroubles.Cancelling : null, options.Value.CancellationRetry);
            return await PayoutRows.LockAsync(unit, payoutId);
        }

        payout = await PayoutChanges.TakeInAsync(unit, payout, options.Value, now);
        if (payout.Status != PayoutStatus.Approved)
        {
            return payout;
        }

        // A refused operation is over: its answer would only be repeated.
        var operationId = payout.Tries == 0 ? payout.Id.ToString() : $"{payout.Id}:{payout.Tries}";
        await PayoutRows.BeginAsync(unit, payout, operationId, now);
        // For the one who asks now it is the first ask; the row has it as made.
        return payout with { Status = PayoutStatus.Processing, OperationId = operationId, AskedAt = now, Asks = 0, NextTryAt = null };
    }

    // Somebody's word that it was not sent is the only proof of it: for a large one that is one word too few.
    private bool NeedsAnotherWord(Payout payout) =>
        payout.NetAmount > options.Value.ApprovalLimit && payout.SettledAt is { } settledAt && (payout.ApprovedAt is null || payout.ApprovedAt < settledAt);

    private static async Task<Payout> AskForApprovalAsync(UnitOfWork unit, Payout payout, DateTimeOffset now)
    {
        await PayoutRows.MoveAsync(unit, payout, PayoutStatus.PendingApproval, "system", "it is sent again by somebody's word", now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payouts
            SET version = version + 1,
                approved_by = NULL,
                approved_at = NULL,
                requested_at = @now,
                reminded_at = NULL,
                next_try_at = NULL
            WHERE id = @Id
            """,
            new { payout.Id, now });
        await Outbox.AppendAsync(
            unit, "payout.approval_requested", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount, Version = payout.Version + 1 }, now);
        return await PayoutRows.LockAsync(unit, payout.Id);
    }

    private async Task<PayoutStep> AskAsync(Payout payout, CancellationToken cancellation)
    {
        switch (await providers.SendAsync(payout, cancellation))
        {
            case ProviderAnswer<TransferFact>.Done { Value: var odd } when odd.Amount != payout.NetAmount:
                // Nobody but a person can say what that is; it is not sent again meanwhile.
                log.LogError("The provider has another amount for payout {PayoutId}", payout.Id);
                return await database.TransactAsync(unit => PayoutSettlement.UnansweredAsync(unit, payout.Id, options.Value, clock.GetUtcNow()), cancellation);
            case ProviderAnswer<TransferFact>.Done { Value: { State: TransferState.Pending } fact }:
                return await database.TransactAsync(unit => PayoutSettlement.PendingAsync(unit, payout, fact, options.Value, clock.GetUtcNow()), cancellation);
            case ProviderAnswer<TransferFact>.Done { Value: { State: TransferState.Failed } fact }:
                log.LogError("Payout {PayoutId} failed at its provider: {Code}", payout.Id, fact.FailureCode);
                return await database.TransactAsync(
                    unit => PayoutSettlement.FailedAsync(unit, payout, fact.FailureCode ?? "failed", options.Value, clock.GetUtcNow()), cancellation);
            case ProviderAnswer<TransferFact>.Done { Value: var fact }:
                return await database.TransactAsync(unit => PayoutSettlement.SentAsync(unit, payout, fact, clock.GetUtcNow()), cancellation);
            // A bad key decides nothing; nor does a no to the question after a transfer that was taken.
            case ProviderAnswer<TransferFact>.Refused { Status: not (401 or 403) } refused when payout.TransferId is null:
                log.LogError("Payout {PayoutId} was refused: {Code}", payout.Id, refused.Code);
                return await database.TransactAsync(
                    unit => PayoutSettlement.FailedAsync(unit, payout, refused.Code, options.Value, clock.GetUtcNow()), cancellation);
            // Nothing was asked before it, and this was not heard: it is as if nobody had asked.
            case ProviderAnswer<TransferFact>.NotSent or ProviderAnswer<TransferFact>.Refused { Status: 401 or 403 } when payout is { TransferId: null, Asks: 0 }:
                log.LogWarning("The provider of payout {PayoutId} is not reached, or does not let us in", payout.Id);
                return await database.TransactAsync(unit => PayoutSettlement.UnreachedAsync(unit, payout, options.Value, clock.GetUtcNow()), cancellation);
            case var unsettled:
                log.LogWarning("The provider does not say where payout {PayoutId} stands: {Answer}", payout.Id, unsettled.GetType().Name);
                return await database.TransactAsync(unit => PayoutSettlement.UnansweredAsync(unit, payout.Id, options.Value, clock.GetUtcNow()), cancellation);
        }
    }

    // With a code a person is told.
    private async Task<PayoutStep> PutOffAsync(UnitOfWork unit, Guid payoutId, string? code, TimeSpan wait)
    {
        var payout = await PayoutRows.LockAsync(unit, payoutId);
        if (payout.Status is not (PayoutStatus.Approved or PayoutStatus.Failed))
        {
            return new(payout.Status, WakeOf(payout));
        }

        var now = clock.GetUtcNow();
        await unit.Connection.ExecuteAsync("UPDATE reserve.payouts SET next_try_at = @again, updated_at = @now WHERE id = @Id", new { payout.Id, again = now + wait, now });
        if (code is not null)
        {
            await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Blocked, payout, code, now);
        }

        return new(payout.Status, now + wait);
    }

    // What somebody else has just moved is looked at again at once.
    private DateTimeOffset? WakeOf(Payout payout) => payout.IsFinal ? null : payout.NextTryAt ?? clock.GetUtcNow();
}
