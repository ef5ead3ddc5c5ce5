using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Writes down what a provider said of a payout, once; each holds the payout's lock and looks at its status first.</summary>
internal static class PayoutSettlement
{
    /// <summary>It is sent: the books say so, and the receipt follows from the event. One that has come back already is both.</summary>
    public static async Task<PayoutStep> SentAsync(UnitOfWork unit, Guid payoutId, TransferFact fact, DateTimeOffset now)
    {
        var payout = await KeepAsync(unit, payoutId, fact, now);
        if (payout.Status == PayoutStatus.Processing)
        {
            await CompleteAsync(unit, payout, now);
            payout = payout with { Status = PayoutStatus.Completed };
        }

        await TellOfStrayAsync(unit, payout, fact, now);
        if (fact.State == TransferState.Returned && payout.Status == PayoutStatus.Completed && payout.TransferId == fact.TransferId)
        {
            await ReturnedAsync(unit, payout, fact.FailureCode ?? "returned", now);
            return new(PayoutStatus.Returned, null);
        }

        return new(payout.Status, null);
    }

    /// <summary>It is on its way.</summary>
    public static async Task<PayoutStep> PendingAsync(UnitOfWork unit, Guid payoutId, TransferFact fact, PayoutOptions options, DateTimeOffset now)
    {
        var payout = await KeepAsync(unit, payoutId, fact, now);
        await TellOfStrayAsync(unit, payout, fact, now);
        return payout.Status == PayoutStatus.Processing ? await WaitAsync(unit, payout, options, now) : new(payout.Status, null);
    }

    /// <summary>A transfer that says of itself which payout it is, and under which attempt; that of an earlier attempt is none.</summary>
    /// <param name="attempt">Of a PIX, from 1 on; null where its provider does not say.</param>
    public static async Task<Payout?> IdentifiedAsync(UnitOfWork unit, Guid payoutId, int? attempt, TransferFact fact, DateTimeOffset now)
    {
        if (await PayoutRows.FindAsync(unit.Connection, payoutId) is null)
        {
            return null;
        }

        var payout = await PayoutRows.LockAsync(unit, payoutId);
        if (payout.Status == PayoutStatus.Processing && payout.TransferId is null && (attempt is null || attempt == payout.Tries + 1))
        {
            return await KeepAsync(unit, payoutId, fact, now);
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

    /// <summary>It was not sent under the operation that was asked; it is tried under another, or waits for a person.</summary>
    /// <param name="asked">As it was when it was asked.</param>
    public static async Task<PayoutStep> FailedAsync(UnitOfWork unit, Payout asked, string code, PayoutOptions options, DateTimeOffset now)
    {
        var payout = await PayoutRows.LockAsync(unit, asked.Id);
        if (payout.Status != PayoutStatus.Processing || payout.OperationId != asked.OperationId)
        {
            return new(payout.Status, PayoutStatus.IsFinal(payout.Status) ? null : payout.NextTryAt ?? now);
        }

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

    /// <summary>What was sent came back: the books say so, and another payout pays it. The caller holds the lock.</summary>
    public static async Task ReturnedAsync(UnitOfWork unit, Payout payout, string code, DateTimeOffset now)
    {
        var sum = new PayoutCalculation(await PayoutRows.LinesAsync(unit.Connection, payout.Id));
        await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Returned, "system", code, now);
        await unit.Connection.ExecuteAsync("UPDATE reserve.payouts SET failure_code = @code WHERE id = @Id", new { payout.Id, code });
        await PayoutRows.ReleaseAsync(unit, payout.Id);
        await unit.SendAsync(
            Ledger.Post(PayoutPostings.Returned(payout, sum), "system", now),
            Outbox.Append(unit, "payout.returned", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount, code }, now));
        await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Returned, payout, code, now);
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
        if (payout.Tries > 0 || payout.Asks > 0 || payout.RemindedAt is not null || payout.ProcessedAt - payout.RequestedAt > TimeSpan.FromMinutes(1))
        {
            await PayoutTroubles.ResolveAllAsync(unit, payout.Id, "sent", now);
        }
    }

    private static async Task<Payout> KeepAsync(UnitOfWork unit, Guid payoutId, TransferFact fact, DateTimeOffset now)
    {
        var payout = await PayoutRows.LockAsync(unit, payoutId);
        if (payout.Status != PayoutStatus.Processing || payout.TransferId == fact.TransferId)
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
            WHERE id = @payoutId
            """,
            new { payoutId, fact.TransferId, now });
        return payout.IsPix ? payout with { PixTransferId = fact.TransferId } : payout with { StripeTransferId = fact.TransferId };
    }

    private static async Task<PayoutStep> WaitAsync(UnitOfWork unit, Payout payout, PayoutOptions options, DateTimeOffset now)
    {
        if (now - payout.AskedAt >= options.PendingLimit)
        {
            await PayoutTroubles.RaiseAsync(unit, PayoutTroubles.Pending, payout, code: null, now);
        }

        var again = now + options.Backoff(payout.Asks);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payouts SET asks = asks + 1, next_try_at = @again, updated_at = @now WHERE id = @Id", new { payout.Id, again, now });
        return new(PayoutStatus.Processing, again);
    }
}
