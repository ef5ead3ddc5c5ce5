using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Finance;

namespace ReserveConnect.Payments;

/// <summary>
/// What the disputes of a charge mean for its refunds. While a bank has the money nothing can be given back, and a refund waits;
/// won, it is made after all; lost, the guest has the money from the bank, and what was owed of it is owed no more.
/// </summary>
public static class DisputedRefunds
{
    /// <summary>What a refund of a disputed charge comes to before it is asked for, or after it was refused for the dispute.</summary>
    /// <returns>The refund to ask for, as it is now; null: it waits, or the guest has the money.</returns>
    public static async Task<Refund?> DecideAsync(UnitOfWork unit, Refund refund, bool wasRefused, PaymentOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(refund);
        var charge = await LockAsync(unit, refund.PaymentAttemptId);
        await BookingIntents.LockAsync(unit, refund.BookingIntentId);
        var current = (await Refunds.FindAsync(unit.Connection, refund.Id))!;
        if (current.Status == RefundStatus.Succeeded || current.IsAccepted)
        {
            return current.IsAccepted ? current : null;
        }

        // What was asked for since the loss is beside it: only what cannot be there any more is settled with it.
        var excess = charge.Refunds.Where(r => r.Status != RefundStatus.Succeeded && r.IsOwed).Sum(r => r.Amount) - charge.Free(includesAccepted: false, charge.Lost);
        if (excess > 0)
        {
            await SettleAsync(unit, charge, excess, options, now);
            charge = await LockAsync(unit, refund.PaymentAttemptId);
            current = charge.Refunds.Single(r => r.Id == refund.Id);
            if (current.Status == RefundStatus.Succeeded)
            {
                return null;
            }
        }

        // In a mediation nothing is taken, and a PIX refund is refused all the same; a card's that is only asked about is not.
        var holder = charge.Disputes.FirstOrDefault(d => d.IsHolding)
            ?? (wasRefused && charge.Attempt.IsPix ? charge.Disputes.FirstOrDefault(d => d.IsOpen) : null);
        var isHeld = holder is not null && (wasRefused || current.Amount > charge.Free(includesAccepted: true, charge.Lost + charge.Held));
        if (!isHeld && !wasRefused)
        {
            return current;
        }

        // A refusal is final for its key.
        var tries = wasRefused ? current.Tries + 1 : current.Tries;
        var operationId = wasRefused ? Refunds.OperationId(current.Id, tries) : current.OperationId;
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.refunds
            SET dispute_id = @DisputeId,
                tries = @tries,
                operation_id = @operationId,
                updated_at = @now
            WHERE id = @Id
            """,
            new { current.Id, DisputeId = isHeld ? holder!.Id : (Guid?)null, tries, operationId, now });
        return isHeld ? null : current with { Tries = tries, OperationId = operationId };
    }

    /// <summary>
    /// After news of a dispute: a loss settles what was owed, a loss that is none any more is owed again, and what waited for the
    /// end waits no longer. The caller holds the lock of the attempt's intent.
    /// </summary>
    /// <returns>The intents whose refunds are to be looked at.</returns>
    public static async Task<IReadOnlyList<Guid>> FollowAsync(UnitOfWork unit, Guid attemptId, PaymentOptions options, DateTimeOffset now)
    {
        var charge = await LockAsync(unit, attemptId);
        if (charge.Disputes.Count == 0)
        {
            return [];
        }

        var back = await TakeBackAsync(unit, charge, options, now);
        charge = await LockAsync(unit, attemptId);
        var settled = await SettleAsync(unit, charge, decimal.MaxValue, options, now);
        var released = await unit.Connection.QueryAsync<Guid>(
            """
            UPDATE reserve.refunds f
            SET dispute_id = NULL,
                next_try_at = NULL,
                ordered_at = @now,
                updated_at = @now
            FROM reserve.disputes d
            WHERE f.payment_attempt_id = @attemptId
              AND f.status <> 'succeeded'
              AND d.id = f.dispute_id
              AND d.status NOT IN ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review')
            RETURNING f.booking_intent_id
            """,
            new { attemptId, now });
        return [.. back.Concat(settled).Concat(released).Distinct()];
    }

    // Oldest first. Returns the intents of what was settled.
    private static async Task<IReadOnlyList<Guid>> SettleAsync(UnitOfWork unit, DisputedCharge charge, decimal atMost, PaymentOptions options, DateTimeOffset now)
    {
        List<Guid> settled = [];
        var owed = new Queue<Refund>(charge.Refunds.Where(r => r.Status != RefundStatus.Succeeded && !r.IsAccepted && r.IsOwed));
        foreach (var dispute in charge.Disputes.Where(d => d.Status == DisputeStatus.Lost))
        {
            var left = Math.Min(atMost, dispute.Taken - charge.SettledBy(dispute));
            while (left > 0 && owed.TryDequeue(out var refund))
            {
                var amount = Math.Min(left, refund.Amount);
                var part = await Disputes.NextSettlementAsync(unit, dispute.Id);
                var fact = new RefundFact(RefundState.Succeeded, $"{dispute.ProviderDisputeId}#{part}", amount, null) { DisputeId = dispute.Id };
                var done = await RefundByHand.TakeFromAsync(unit, charge.Attempt, refund, fact, options, now);
                if (await Refunds.FindAsync(unit.Connection, done.Id) is not { Status: RefundStatus.Succeeded } kept || kept.ProviderRefundId != fact.ProviderRefundId)
                {
                    throw new InvalidOperationException($"refund {done.Id} is not settled by {fact.ProviderRefundId}");
                }

                await Ledger.PostAsync(unit, DisputePostings.Settled(await MoneyOfAsync(unit, charge.Attempt, done, amount), done.Id, done.Reversals), "system", now);
                settled.Add(refund.BookingIntentId);
                (left, atMost) = (left - amount, atMost - amount);
                if (amount < refund.Amount)
                {
                    owed = new([refund with { Amount = refund.Amount - amount }, .. owed]);
                }
            }
        }

        return settled;
    }

    private static async Task<IReadOnlyList<Guid>> TakeBackAsync(UnitOfWork unit, DisputedCharge charge, PaymentOptions options, DateTimeOffset now)
    {
        List<Guid> back = [];
        foreach (var dispute in charge.Disputes.Where(d => d.Status != DisputeStatus.Lost || charge.SettledBy(d) > d.Taken))
        {
            foreach (var refund in charge.Refunds.Where(r => r.Status == RefundStatus.Succeeded && r.DisputeId == dispute.Id))
            {
                await RefundSettlement.TakenBackAsync(
                    unit, refund, new(RefundState.Failed, refund.ProviderRefundId!, refund.Amount, "dispute_won"), options, now);
                await Ledger.PostAsync(
                    unit, DisputePostings.Unsettled(await MoneyOfAsync(unit, charge.Attempt, refund, refund.Amount), refund.Id, refund.Reversals), "system", now);
                back.Add(refund.BookingIntentId);
            }
        }

        return back;
    }

    private static async Task<MoneyIn> MoneyOfAsync(UnitOfWork unit, PaymentAttempt attempt, Refund refund, decimal amount) =>
        RefundSettlement.MoneyOf((await BookingIntents.FindAsync(unit.Connection, refund.BookingIntentId))!, attempt, refund with { Amount = amount });

    private static async Task<DisputedCharge> LockAsync(UnitOfWork unit, Guid attemptId)
    {
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        await BookingIntents.LockAsync(unit, attempt.BookingIntentId);
        return new(
            (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!,
            await Disputes.OfAttemptAsync(unit.Connection, attemptId),
            await Refunds.OfAttemptAsync(unit.Connection, attemptId));
    }

    private sealed record DisputedCharge(PaymentAttempt Attempt, IReadOnlyList<Dispute> Disputes, IReadOnlyList<Refund> Refunds)
    {
        /// <summary>What banks have until they decide.</summary>
        public decimal Held => Disputes.Where(d => d.IsHolding).Sum(d => d.Taken);

        /// <summary>What banks keep that stands for no refund.</summary>
        public decimal Lost => Disputes.Where(d => d.Status == DisputeStatus.Lost).Sum(d => d.Taken - SettledBy(d));

        public decimal SettledBy(Dispute dispute) =>
            Refunds.Where(r => r.Status == RefundStatus.Succeeded && r.DisputeId == dispute.Id).Sum(r => r.Amount);

        /// <summary>What of the money that came in is with us.</summary>
        /// <param name="includesAccepted">Whether a refund that its provider works on counts as gone.</param>
        /// <param name="taken">What banks have of it.</param>
        public decimal Free(bool includesAccepted, decimal taken) =>
            (Attempt.AmountReceived ?? 0m) - taken
            - Refunds.Where(r => r.Status == RefundStatus.Succeeded || (includesAccepted && r.IsAccepted)).Sum(r => r.Amount);
    }
}
