using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Writes down what a provider said of a payout, once; each holds the payout's lock and looks at its status first.</summary>
internal static class PayoutSettlement
{
    /// <summary>It is sent: the books say so, and the receipt follows from the event. One that has come back already is both.</summary>
    /// <param name="asked">As it was when it was asked: what answers an earlier operation is no answer to a later one.</param>
    public static async Task<PayoutStep> SentAsync(UnitOfWork unit, Payout asked, TransferFact fact, DateTimeOffset now)
    {
        var payout = await KeepAsync(unit, asked, fact, now);
        if (payout.Status == PayoutStatus.Processing && payout.TransferId == fact.TransferId)
        {
            await CompleteAsync(unit, payout, now);
            payout = payout with { Status = PayoutStatus.Completed };
        }

        await TellOfStrayAsync(unit, payout, fact, now);
        var status = await ComeBackAsync(unit, payout, fact, now);
        return new(status, PayoutStatus.IsFinal(status) ? null : payout.NextTryAt ?? now);
    }

    /// <summary>It is on its way.</summary>
    /// <param name="asked">As it was when it was asked.</param>
    public static async Task<PayoutStep> PendingAsync(UnitOfWork unit, Payout asked, TransferFact fact, PayoutOptions options, DateTimeOffset now)
    {
        var payout = await KeepAsync(unit, asked, fact, now);
        await TellOfStrayAsync(unit, payout, fact, now);
        return payout.Status == PayoutStatus.Processing ? await WaitAsync(unit, payout, options, now) : new(payout.Status, null);
    }

    /// <summary>A transfer that says of itself which payout it is, and under which attempt; that of an earlier attempt is none.</summary>
    /// <param name="method">Of the provider that has it.</param>
    /// <param name="attempt">Of a PIX, from 1 on; null where its provider does not say.</param>
    public static async Task<Payout?> IdentifiedAsync(UnitOfWork unit, Guid payoutId, string method, int? attempt, TransferFact fact, DateTimeOffset now)
    {
        if (await PayoutRows.FindAsync(unit.Connection, payoutId) is null)
        {
            return null;
        }

        var payout = await PayoutRows.LockAsync(unit, payoutId);
        if (payout.Status == PayoutStatus.Processing && payout.TransferId is null && payout.Method == method && payout.NetAmount == fact.Amount
            && (attempt is null || attempt == payout.Tries + 1))
        {
            return await KeepAsync(unit, payout, fact, now);
        }

        await TellOfStrayAsync(unit, payout, fact, now);
        return payout.TransferId == fact.TransferId ? payout : null;
    }

    // Money that left and that no payout stands for: the row went on before its answer came, or somebody said that it was not sent.
    private static async Task TellOfStrayAsync(UnitOfWork unit, Payout payout, TransferFact fact, DateTimeOffset now)
    {
        if (payout.TransferId != fact.TransferId && fact.State is (TransferState.Sent or TransferState.Pending))
        {
            await PayoutTroubles.RaiseStrayAsync(unit, payout, fact.TransferId, now);
        }
    }

    /// <summary>Nobody said anything; it is asked for again under the same operation.</summary>
    public static async Task<PayoutStep> UnansweredAsync(UnitOfWork unit, Guid payoutId, PayoutOptions options, DateTimeOffset now)
    {
        var payout = await PayoutRows.LockAsync(unit, payoutId);
        return payout.Status == PayoutStatus.Processing ? await WaitAsync(unit, payout, options, now) : new(payout.Status, null);
    }

    /// <summary>The provider was not reached, or did not let us in: as far as this ask goes, it has nothing. Any other ask stands.</summary>
    /// <param name="asked">As it was before it was asked for the first time under its operation.</param>
    public static async Task<PayoutStep> UnreachedAsync(UnitOfWork unit, Payout asked, PayoutOptions options, DateTimeOffset now)
    {
        var payout = await PayoutRows.LockAsync(unit, asked.Id);
        if (payout.Status != PayoutStatus.Processing || payout.OperationId != asked.OperationId || payout.Asks != 1)
        {
            return await UnansweredAsync(unit, asked.Id, options, now);
        }

        var again = now + options.UnreachedRetry;
        await TellOfWaitAsync(unit, payout, options, now);
        await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Approved, "system", "it was not heard", now);
        await unit.Connection.ExecuteAsync("UPDATE reserve.payouts SET asks = 0, next_try_at = @again WHERE id = @Id", new { payout.Id, again });
        return new(PayoutStatus.Approved, again);
    }

    /// <summary>It was not sent under the operation that was asked; it is tried under another, or waits for a person.</summary>
    /// <param name="asked">As it was when it was asked.</param>
    public static async Task<PayoutStep> FailedAsync(UnitOfWork unit, Payout asked, string code, PayoutOptions options, DateTimeOffset now)
    {
        var payout = await PayoutRows.LockAsync(unit, asked.Id);
        if (payout.Status == PayoutStatus.Processing && payout.OperationId == asked.OperationId && asked.TransferId is null
            && (payout.TransferId is not null || payout.Asks > asked.Asks + 1))
        {
            // Somebody else has asked meanwhile, and may have been heard: then this no is only that of the second.
            return await UnansweredAsync(unit, asked.Id, options, now);
        }

        if (payout.Status != PayoutStatus.Processing || payout.OperationId != asked.OperationId)
        {
            return new(payout.Status, PayoutStatus.IsFinal(payout.Status) ? null : payout.NextTryAt ?? now);
        }

        // No try is left: it waits for a person.
        DateTimeOffset? again = payout.Tries + 1 < options.Tries ? now + options.Backoff(payout.Tries) : null;
        await FailAsync(unit, payout, code, again, "system", now);
        return new(PayoutStatus.Failed, again);
    }

    /// <summary>It failed, and is tried again at an instant; null: a person is called. The caller holds the lock.</summary>
    public static async Task FailAsync(UnitOfWork unit, Payout payout, string code, DateTimeOffset? again, string actor, DateTimeOffset now)
    {
        await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Failed, actor, code, now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payouts
            SET tries = tries + 1,
                next_try_at = @again,
                failure_code = @code,
                stripe_transfer_id = NULL,
                pix_transfer_id = NULL
            WHERE id = @Id
            """,
            new { payout.Id, again, code });
        if (again is null)
        {
            await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Failed, payout with { Tries = payout.Tries + 1 }, code, now);
            await Outbox.AppendAsync(unit, "payout.failed", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount, code }, now);
        }
    }

    /// <summary>
    /// What of it came back that is not in the books yet. All of it at once: its lines are another payout's. A part: what came back is owed
    /// again, and the rest too if it follows. The caller holds the lock.
    /// </summary>
    /// <returns>Its status then.</returns>
    public static async Task<string> ComeBackAsync(UnitOfWork unit, Payout payout, TransferFact fact, DateTimeOffset now)
    {
        // What was sent and is refused in the end is with us again as well.
        var isAll = fact.State is TransferState.Returned or TransferState.Failed;
        var back = isAll ? payout.NetAmount : Math.Min(fact.Returned, payout.NetAmount);
        if (payout.Status != PayoutStatus.Completed || payout.TransferId != fact.TransferId || back <= payout.ReturnedAmount)
        {
            return payout.Status;
        }

        var sum = new PayoutCalculation(await PayoutRows.LinesAsync(unit.Connection, payout.Id));
        var (status, code) = (payout.Status, isAll ? fact.FailureCode ?? "returned" : "partly_returned");
        if (isAll && payout.ReturnedAmount == 0)
        {
            await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Returned, "system", code, now);
            await PayoutRows.ReleaseAsync(unit, payout.Id);
            await Ledger.PostAsync(unit, PayoutPostings.Returned(payout, sum), "system", now);
            status = PayoutStatus.Returned;
        }
        else
        {
            await Ledger.PostAsync(unit, PayoutPostings.PartlyReturned(payout, sum, back), "system", now);
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payouts SET returned_amount = @back, failure_code = @code, updated_at = @now WHERE id = @Id", new { payout.Id, back, code, now });
        var returned = payout with { ReturnedAmount = back, Status = status };
        await Outbox.AppendAsync(unit, "payout.returned", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount, returned = back - payout.ReturnedAmount, code }, now);
        await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Returned, returned, code, now);
        if (isAll)
        {
            await PayoutChanges.HoldAsync(unit, returned, now);
        }

        return status;
    }

    private static async Task CompleteAsync(UnitOfWork unit, Payout payout, DateTimeOffset now)
    {
        var sum = new PayoutCalculation(await PayoutRows.LinesAsync(unit.Connection, payout.Id));
        await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Completed, "system", "sent", now);
        await unit.SendAsync(
            Ledger.Post(PayoutPostings.Sent(payout, sum), "system", now),
            Outbox.Append(
                unit, "payout.completed", "payout", payout.Id,
                new { payout.PropertyId, payout.PeriodStart, payout.PeriodEnd, payout.GrossAmount, payout.CommissionAmount, payout.TaxAmount, payout.NetAmount }, now));
        // Nothing is raised about one that was sent at once.
        if (payout.Tries > 0 || payout.Asks > 1 || now - payout.RequestedAt > TimeSpan.FromMinutes(1))
        {
            await PayoutTroubles.ResolveAllAsync(unit, payout, "sent", now);
        }
    }

    // What answers another operation, or is another transfer than the one that it is, is not kept: it is told as a stray.
    private static async Task<Payout> KeepAsync(UnitOfWork unit, Payout asked, TransferFact fact, DateTimeOffset now)
    {
        var payout = await PayoutRows.LockAsync(unit, asked.Id);
        if (payout.Status != PayoutStatus.Processing || payout.OperationId != asked.OperationId || payout.TransferId is not null)
        {
            return payout;
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payouts
            SET stripe_transfer_id = CASE method WHEN 'stripe' THEN @TransferId END,
                pix_transfer_id = CASE method WHEN 'pix' THEN @TransferId END,
                next_try_at = NULL,
                updated_at = @now
            WHERE id = @Id
            """,
            new { payout.Id, fact.TransferId, now });
        return payout.IsPix ? payout with { PixTransferId = fact.TransferId } : payout with { StripeTransferId = fact.TransferId };
    }

    private static async Task<PayoutStep> WaitAsync(UnitOfWork unit, Payout payout, PayoutOptions options, DateTimeOffset now)
    {
        await TellOfWaitAsync(unit, payout, options, now);
        var again = now + options.Backoff(Math.Max(payout.Asks - 1, 0));
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payouts SET next_try_at = @again, updated_at = @now WHERE id = @Id", new { payout.Id, again, now });
        return new(PayoutStatus.Processing, again);
    }

    private static async Task TellOfWaitAsync(UnitOfWork unit, Payout payout, PayoutOptions options, DateTimeOffset now)
    {
        if (now - payout.ProcessedAt >= options.PendingLimit)
        {
            await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Pending, payout, code: null, now);
        }
    }
}
