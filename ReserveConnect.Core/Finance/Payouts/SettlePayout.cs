using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>What a supervisor has seen at the provider.</summary>
/// <param name="TransferId">The provider's id of the transfer; null: there is none.</param>
/// <param name="Reason">Where they have looked.</param>
public sealed record SeenTransfer(Guid PayoutId, string? TransferId, string Reason, Actor Actor);

/// <summary>
/// <c>settle_payout</c>: a provider does not say what became of a payout, and can no longer be asked; a supervisor has looked it up there.
/// A transfer that they have found is fetched and must be this payout's; that there is none is theirs to answer for.
/// </summary>
public sealed class SettlePayout(ReserveDatabase database, PayoutProviders providers, TimeProvider clock, IOptions<PayoutOptions> options)
{
    /// <summary>
    /// Refusals: <c>payout_not_found</c>; <c>payout_not_unknown</c> (409) where its provider has not been silent for
    /// <see cref="PayoutOptions.SettleAfter"/>; <c>provider_silent</c> (503); <c>transfer_differs</c> (422) for one of another payout or amount; <c>transfer_exists</c> (409) with its id where
    /// it is said that there is none and the provider lists one; <c>reason_required</c>, <c>reason_too_long</c>.
    /// </summary>
    public async Task<Outcome<PayoutView>> RunAsync(SeenTransfer seen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(seen);
        if (StaffRefusals.OfReason(seen.Reason) is { } unexplained)
        {
            return unexplained;
        }

        Payout? payout;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            payout = await PayoutRows.FindAsync(connection, seen.PayoutId);
        }

        if (payout is null)
        {
            return PayoutRefusals.NotFound;
        }

        TransferFact? fact = null;
        if (seen.TransferId is null && await ListedAsync(payout, cancellation) is { } listed)
        {
            return listed;
        }

        if (seen.TransferId is { } transferId)
        {
            var answer = await providers.IdentifyAsync(payout.Method!, transferId, cancellation);
            if (answer is ProviderAnswer<NamedTransfer>.Unknown or ProviderAnswer<NamedTransfer>.NotSent)
            {
                return Refusal.Unavailable("provider_silent", "The provider does not answer; try again in some minutes.");
            }

            if (answer.ValueOrNull is not { Fact: { State: not TransferState.Failed } found } named || named.PayoutId != payout.Id || found.Amount != payout.NetAmount)
            {
                return Refusal.Unprocessable(
                    "transfer_differs", "The provider has no such transfer, or it is of another payout, of another amount, or failed.",
                    new FieldError("transfer_id", "transfer_differs", "Is not this payout's."));
            }

            fact = found;
        }

        return await database.TransactAsync(unit => SettleAsync(unit, payout, seen, fact), cancellation);
    }

    // Where the provider can tell, nobody's word is needed.
    private async Task<Refusal?> ListedAsync(Payout payout, CancellationToken cancellation) =>
        await providers.FindAsync(payout, cancellation) switch
        {
            null or ProviderAnswer<TransferFact?>.Done { Value: null } => null,
            ProviderAnswer<TransferFact?>.Done { Value: { } there } => Refusal.Conflict("transfer_exists", "The provider has a transfer of this payout.") with
            {
                Extensions = new Dictionary<string, object?> { ["transfer_id"] = there.TransferId },
            },
            _ => Refusal.Unavailable("provider_silent", "The provider does not answer; try again in some minutes."),
        };

    private async Task<Outcome<PayoutView>> SettleAsync(UnitOfWork unit, Payout asked, SeenTransfer seen, TransferFact? fact)
    {
        var (payout, now) = (await PayoutRows.LockAsync(unit, seen.PayoutId), clock.GetUtcNow());
        if (payout.Status != PayoutStatus.Processing || payout.OperationId != asked.OperationId || payout.TransferId is not null || payout.Asks == 0 || now < payout.AskedAt + options.Value.SettleAfter)
        {
            return PayoutRefusals.WrongStatus("payout_not_unknown", "What became of this payout is known, or still asked for.", payout);
        }

        await AuditLog.WriteAsync(unit, "payout", payout.Id, "settled_by_hand", null, new { seen.TransferId }, seen.Reason, seen.Actor.Name, now);
        if (fact is null)
        {
            await unit.Connection.ExecuteAsync(
                "UPDATE reserve.payouts SET settled_by = @AccountId, settled_at = @now WHERE id = @Id", new { payout.Id, seen.Actor.AccountId, now });
            await PayoutSettlement.FailAsync(unit, payout, "not_sent", again: null, seen.Actor.Name, now);
        }
        else if (fact.State == TransferState.Pending)
        {
            await PayoutSettlement.PendingAsync(unit, payout, fact, options.Value, now);
        }
        else
        {
            await PayoutSettlement.SentAsync(unit, payout, fact, now);
        }

        return (await PayoutViews.FindAsync(unit.Connection, payout.Id))!;
    }
}
