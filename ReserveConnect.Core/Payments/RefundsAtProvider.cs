using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>
/// Compares the refunds of a charge as its provider has them with ours. What is ours is settled, whichever comes first, the
/// report or the answer to our own call; what is not is <see cref="RefundByHand"/>.
/// </summary>
public sealed class RefundsAtProvider(
    ReserveDatabase database, PaymentProviders providers, TimeProvider clock, IOptions<PaymentOptions> options, ILogger<RefundsAtProvider> log)
{
    /// <summary>Fetches one refund and takes in how it stands.</summary>
    /// <exception cref="ProviderSilentException">The provider does not answer.</exception>
    public async Task TakeInAsync(PaymentAttempt attempt, string providerRefundId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var answer = await providers.GetRefundAsync(attempt, providerRefundId, cancellation);
        if (answer is ProviderAnswer<RefundFact>.Refused { Status: not (401 or 403) } refused)
        {
            log.LogWarning("{Provider} reported a refund that it does not know: {Code}", attempt.Provider, refused.Code);
            return;
        }

        await TakeInAsync(attempt, answer.ValueOrNull ?? throw Silent(attempt), cancellation);
    }

    /// <summary>Fetches all refunds of a charge and takes in how they stand.</summary>
    /// <exception cref="ProviderSilentException">The provider does not answer.</exception>
    public async Task TakeInAllAsync(PaymentAttempt attempt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var answer = await providers.ListRefundsAsync(attempt, cancellation);
        foreach (var fact in answer.ValueOrNull ?? throw Silent(attempt))
        {
            await TakeInAsync(attempt, fact, cancellation);
        }
    }

    private async Task TakeInAsync(PaymentAttempt attempt, RefundFact fact, CancellationToken cancellation)
    {
        IReadOnlyList<Refund> ours;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            ours = await Refunds.OfAttemptAsync(connection, attempt.Id);
        }

        var refund = ours.FirstOrDefault(r => r.ProviderRefundId == fact.ProviderRefundId) ?? ours.FirstOrDefault(r => r.Id == fact.RefundId);
        if (refund is null)
        {
            await database.TransactAsync(unit => RefundByHand.TakeInAsync(unit, attempt.Id, fact, options.Value, clock.GetUtcNow()), cancellation);
            return;
        }

        await database.TransactAsync(unit => SettleAsync(unit, refund, fact), cancellation);
    }

    private async Task SettleAsync(UnitOfWork unit, Refund refund, RefundFact fact)
    {
        var now = clock.GetUtcNow();
        switch (fact.State)
        {
            case RefundState.Succeeded:
                await RefundSettlement.SucceededAsync(unit, refund, fact, now);
                break;
            case RefundState.Pending:
                await RefundSettlement.PendingAsync(unit, refund, fact, now);
                break;
            case RefundState.Failed when refund.ProviderRefundId == fact.ProviderRefundId && refund.Status == RefundStatus.Succeeded:
                log.LogError("Refund {RefundId} was taken back by its provider: {Code}", refund.Id, fact.FailureReason);
                await RefundSettlement.TakenBackAsync(unit, refund, fact, options.Value, now);
                break;
            case RefundState.Failed when refund.ProviderRefundId == fact.ProviderRefundId && refund.Status == RefundStatus.Pending:
                log.LogError("Refund {RefundId} failed at its provider: {Code}", refund.Id, fact.FailureReason);
                await RefundSettlement.FailedAsync(unit, refund, new(fact.FailureReason ?? "failed"), options.Value, now);
                break;
            default:
                // An earlier try's end, or one whose call has not come back: that call is told the same.
                break;
        }
    }

    private static ProviderSilentException Silent(PaymentAttempt attempt) =>
        new($"{attempt.Provider} does not say how refunds stand; the report is looked at again later");
}
