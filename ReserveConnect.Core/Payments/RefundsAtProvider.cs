using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;
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
    /// <exception cref="EventTooEarlyException">It may be the end of a call of ours that is on its way.</exception>
    public async Task TakeInAsync(PaymentAttempt attempt, string providerRefundId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var answer = await providers.GetRefundAsync(attempt, providerRefundId, cancellation);
        if (answer is ProviderAnswer<RefundFact>.Refused { Status: not (401 or 403) } refused)
        {
            log.LogWarning("{Provider} reported a refund that it does not know: {Code}", attempt.Provider, refused.Code);
            return;
        }

        if (!await TakeInAsync(attempt, answer.ValueOrNull ?? throw Silent(attempt), cancellation))
        {
            // The call that made it has not come back, and may bring an older answer: this is told again when it has.
            throw new EventTooEarlyException($"{attempt.Provider} says that a refund failed whose call is on its way");
        }
    }

    /// <summary>Takes in what had gone back of a charge before its money was in the books.</summary>
    public async Task TakeInBehindAsync(Guid attemptId, MoneyFact fact, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Refunded == 0)
        {
            return;
        }

        PaymentAttempt attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = (await PaymentAttempts.FindAsync(connection, attemptId))!;
        }

        try
        {
            await TakeInAllAsync(attempt, cancellation);
        }
        catch (ProviderSilentException)
        {
            // Its report, which waited for the money, looks again.
            log.LogWarning("{Provider} does not say what has gone back of attempt {AttemptId}", attempt.Provider, attemptId);
        }
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

    // Returns false where it cannot be told yet which of our calls it is the end of.
    private async Task<bool> TakeInAsync(PaymentAttempt attempt, RefundFact fact, CancellationToken cancellation)
    {
        IReadOnlyList<Refund> ours;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            ours = await Refunds.OfAttemptAsync(connection, attempt.Id);
        }

        var parts = ours.Where(fact.IsBehind).ToList();
        if (parts.Count > 0)
        {
            await database.TransactAsync(
                async unit =>
                {
                    foreach (var part in parts)
                    {
                        await SettleAsync(unit, part, fact with { ProviderRefundId = part.ProviderRefundId! });
                    }
                },
                cancellation);
            return true;
        }

        if (ours.FirstOrDefault(r => r.Id == fact.RefundId) is { } named)
        {
            return await database.TransactAsync(unit => SettleAsync(unit, named, fact), cancellation);
        }

        await database.TransactAsync(unit => RefundByHand.TakeInAsync(unit, attempt.Id, fact, options.Value, clock.GetUtcNow()), cancellation);
        return true;
    }

    private async Task<bool> SettleAsync(UnitOfWork unit, Refund refund, RefundFact fact)
    {
        var now = clock.GetUtcNow();
        switch (fact.State)
        {
            case RefundState.Succeeded:
                await RefundSettlement.SucceededAsync(unit, refund, fact, options.Value, now);
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
            case RefundState.Failed when refund.ProviderRefundId is null && refund.Status == RefundStatus.Requested:
                return false;
            default:
                // An earlier try's end.
                break;
        }

        return true;
    }

    private static ProviderSilentException Silent(PaymentAttempt attempt) =>
        new($"{attempt.Provider} does not say how refunds stand; the report is looked at again later");
}
