using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>
/// <c>approve_payout</c>, <c>reject_payout</c>, <c>retry_payout</c>: what supervisors say to a payout. Four eyes: who ordered it, has lately
/// changed where its money goes, or has said that it was not sent does not approve it (design section 8).
/// </summary>
public sealed class DecidePayout(ReserveDatabase database, TimeProvider clock, IOptions<PayoutOptions> options)
{
    /// <summary>
    /// Agrees to a payout as the supervisor has seen it. Refusals: <c>payout_not_found</c>; <c>own_request</c>, <c>own_word</c>, <c>own_destination</c> (403);
    /// <c>payout_changed</c> with the version that it has now, <c>payout_not_pending</c> with its status (409).
    /// </summary>
    /// <param name="version">The version that they have seen.</param>
    public Task<Outcome<PayoutView>> ApproveAsync(Guid payoutId, int version, Actor actor, CancellationToken cancellation) =>
        DecideAsync(
            payoutId,
            async (unit, payout) =>
            {
                if (payout.Status != PayoutStatus.PendingApproval)
                {
                    return PayoutRefusals.WrongStatus("payout_not_pending", "This payout does not wait for an approval.", payout);
                }

                if (await OwnAsync(unit, payout, actor) is { } own)
                {
                    return own;
                }

                if (payout.Version != version)
                {
                    return PayoutRefusals.WrongStatus("payout_changed", "This payout has changed since; look at it again.", payout);
                }

                var now = clock.GetUtcNow();
                await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Approved, actor.Name, "approved", now);
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.payouts SET approved_by = @AccountId, approved_at = @now WHERE id = @Id", new { payout.Id, actor.AccountId, now });
                await PayoutTroubles.ResolveApprovalAsync(unit, payout, "approved", now);
                await Outbox.AppendAsync(unit, "payout.approved", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount, payout.Version }, now);
                return null;
            },
            cancellation);

    /// <summary>
    /// Refuses it for good: what it would have paid is another one's matter. Refusals: <c>payout_not_found</c>, <c>reason_required</c>,
    /// <c>reason_too_long</c>, <c>payout_sent</c> (409) once a provider may have it.
    /// </summary>
    public Task<Outcome<PayoutView>> RejectAsync(Guid payoutId, string reason, Actor actor, CancellationToken cancellation) =>
        Payments.StaffRefusals.OfReason(reason) is { } unexplained
            ? Task.FromResult<Outcome<PayoutView>>(unexplained)
            : DecideAsync(
                payoutId,
                async (unit, payout) =>
                {
                    if (payout.Status is not (PayoutStatus.PendingApproval or PayoutStatus.Approved or PayoutStatus.Failed))
                    {
                        return PayoutRefusals.WrongStatus("payout_sent", "This payout is with its provider, or at its end.", payout);
                    }

                    await RejectAsync(unit, payout, actor.Name, "rejected", reason, clock.GetUtcNow());
                    return null;
                },
                cancellation);

    /// <summary>Tries a payout again that failed and waits. Refusals: <c>payout_not_found</c>, <c>payout_not_failed</c> (409).</summary>
    public Task<Outcome<PayoutView>> RetryAsync(Guid payoutId, string actor, CancellationToken cancellation) =>
        DecideAsync(
            payoutId,
            async (unit, payout) =>
            {
                if (payout.Status != PayoutStatus.Failed)
                {
                    return PayoutRefusals.WrongStatus("payout_not_failed", "Only a payout that failed is tried again.", payout);
                }

                var now = clock.GetUtcNow();
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.payouts SET next_try_at = @now, updated_at = @now WHERE id = @Id", new { payout.Id, now });
                await AuditLog.WriteAsync(unit, "payout", payout.Id, "retry_ordered", null, new { payout.Tries }, reason: null, actor, now);
                return null;
            },
            cancellation);

    internal static async Task RejectAsync(UnitOfWork unit, Payout payout, string actor, string why, string? notes, DateTimeOffset now)
    {
        await PayoutRows.MoveAsync(unit, payout, PayoutStatus.Rejected, actor, why, now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payouts SET notes = @notes, next_try_at = NULL WHERE id = @Id", new { payout.Id, notes = notes ?? why });
        await PayoutRows.ReleaseAsync(unit, payout.Id);
        await PayoutTroubles.ResolveAllAsync(unit, payout, why, now);
        await Outbox.AppendAsync(unit, "payout.rejected", "payout", payout.Id, new { payout.PropertyId, payout.NetAmount, why }, now);
    }

    private Task<Outcome<PayoutView>> DecideAsync(Guid payoutId, Func<UnitOfWork, Payout, Task<Refusal?>> decide, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<PayoutView>>(
            async unit =>
            {
                if (await PayoutRows.FindAsync(unit.Connection, payoutId) is null)
                {
                    return PayoutRefusals.NotFound;
                }

                var payout = await PayoutRows.LockAsync(unit, payoutId);
                return await decide(unit, payout) is { } refused ? refused : (await PayoutViews.FindAsync(unit.Connection, payoutId))!;
            },
            cancellation);

    // By the operator's key nobody is known: two of them are one.
    private async Task<Refusal?> OwnAsync(UnitOfWork unit, Payout payout, Actor actor)
    {
        if (actor.AccountId is null || payout.RequestedByAccount == actor.AccountId)
        {
            return new Refusal(RefusalKind.Forbidden, "own_request", "Somebody else has to approve what you have ordered.");
        }

        if (payout.SettledBy == actor.AccountId)
        {
            return new Refusal(RefusalKind.Forbidden, "own_word", "You have said that it was not sent; somebody else has to approve that it is sent again.");
        }

        var hasChanged = await unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT
                FROM reserve.payout_destination_changes
                WHERE property_id = @PropertyId
                  AND changed_by_account = @AccountId
                  AND changed_at > @since)
            """,
            new { payout.PropertyId, actor.AccountId, since = clock.GetUtcNow() - options.Value.DestinationWatch });
        return hasChanged
            ? new Refusal(RefusalKind.Forbidden, "own_destination", "You have changed where this money goes; somebody else has to approve it.")
            : null;
    }
}
