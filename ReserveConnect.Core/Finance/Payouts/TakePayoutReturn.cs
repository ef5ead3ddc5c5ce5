using Dapper;
using Microsoft.Extensions.Logging;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;

namespace ReserveConnect.Finance.Payouts;

/// <summary>A provider says that something became of a transfer: it is fetched, and what came back is taken in.</summary>
public sealed class TakePayoutReturn(ReserveDatabase database, PayoutProviders providers, TimeProvider clock, ILogger<TakePayoutReturn> log)
{
    /// <summary>Looks one up.</summary>
    /// <returns>The payout that it is, if it has something left to do by its saga.</returns>
    /// <exception cref="EventTooEarlyException">The provider does not say, or our own call is on its way.</exception>
    public async Task<Guid?> RunAsync(string method, string transferId, CancellationToken cancellation)
    {
        var payout = await FindAsync(method, transferId, cancellation) ?? await IdentifyAsync(method, transferId, cancellation);
        if (payout is null)
        {
            log.LogDebug("{Method} reported transfer {TransferId}, which is no payout of ours", method, transferId);
            return null;
        }

        if (payout.Status == PayoutStatus.Processing)
        {
            // One that has come back already, or a part of it, is sent and returned at once: its saga may hold an older answer.
            if ((await providers.GetAsync(payout, transferId, cancellation)).ValueOrNull is { } back
                && (back.State == TransferState.Returned || back is { State: TransferState.Sent, Returned: > 0 }))
            {
                await database.TransactAsync(unit => PayoutSettlement.SentAsync(unit, payout, back, clock.GetUtcNow()), cancellation);
                return null;
            }

            // Its saga asks for it now, and not when it would have.
            var now = clock.GetUtcNow();
            await database.WriteAsync(
                connection => connection.ExecuteAsync(
                    "UPDATE reserve.payouts SET next_try_at = @now WHERE id = @Id AND status = 'processing' AND next_try_at > @now", new { payout.Id, now }),
                EventLanes.None,
                cancellation);
            return payout.Id;
        }

        if (payout.Status != PayoutStatus.Completed)
        {
            return null;
        }

        var answer = await providers.GetAsync(payout, transferId, cancellation);
        if (answer.ValueOrNull is not { } fact)
        {
            throw new EventTooEarlyException($"{method} does not say what became of payout {payout.Id}; it is looked at again later");
        }

        if (fact.State is TransferState.Returned or TransferState.Failed || fact.Returned > payout.ReturnedAmount)
        {
            log.LogError("Payout {PayoutId} came back, or a part of it: {Code}", payout.Id, fact.FailureCode);
            await database.TransactAsync(
                async unit => await PayoutSettlement.ComeBackAsync(unit, await PayoutRows.LockAsync(unit, payout.Id), fact, clock.GetUtcNow()), cancellation);
        }

        return null;
    }

    private async Task<Payout?> FindAsync(string method, string transferId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await PayoutRows.FindByTransferAsync(connection, method, transferId);
    }

    // The answer to our own call was lost, or is on its way: the transfer says whose it is.
    private async Task<Payout?> IdentifyAsync(string method, string transferId, CancellationToken cancellation) =>
        await providers.IdentifyAsync(method, transferId, cancellation) switch
        {
            ProviderAnswer<NamedTransfer>.Done { Value: { PayoutId: { } payoutId } named } => await database.TransactAsync(
                unit => PayoutSettlement.IdentifiedAsync(unit, payoutId, method, named.Attempt, named.Fact, clock.GetUtcNow()), cancellation),
            ProviderAnswer<NamedTransfer>.Done or ProviderAnswer<NamedTransfer>.Refused { Status: not (401 or 403) } => null,
            _ => throw new EventTooEarlyException($"{method} does not say what a transfer is that it has reported; it is looked at again later"),
        };
}
