using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Takes in where a dispute stands at the provider: what left and what came back goes into the books once, a person is called
/// while something can be done about it. May run any number of times, and on news that is old.
/// </summary>
public sealed class TakeDispute(
    ReserveDatabase database, IStripeGateway stripe, TimeProvider clock, IOptions<PaymentOptions> options, ILogger<TakeDispute> log)
{
    /// <exception cref="ProviderSilentException">The provider does not answer.</exception>
    public async Task RunAsync(string disputeId, CancellationToken cancellation)
    {
        switch (await stripe.GetDispute(disputeId, cancellation))
        {
            case ProviderAnswer<CardDispute>.Done { Value: { PaymentIntentId: { } payment } fact }:
                await TakeInAsync(fact, payment, cancellation);
                break;
            case ProviderAnswer<CardDispute>.Done:
                log.LogError("Dispute {DisputeId} is of no payment", disputeId);
                break;
            case ProviderAnswer<CardDispute>.Refused { Status: not (401 or 403) } refused:
                log.LogError("Stripe does not show dispute {DisputeId}: {Code}", disputeId, refused.Code);
                break;
            default:
                throw new ProviderSilentException("Stripe does not answer; the dispute is looked at again later");
        }
    }

    private async Task TakeInAsync(CardDispute fact, string paymentId, CancellationToken cancellation)
    {
        PaymentAttempt? attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = await PaymentAttempts.FindByProviderIdAsync(connection, PaymentAttempt.Stripe, paymentId);
        }

        if (attempt is null)
        {
            log.LogError("Dispute {DisputeId} is of {PaymentId}, which is no payment of ours", fact.Id, paymentId);
            return;
        }

        await database.TransactAsync(unit => TakeInAsync(unit, attempt, fact), cancellation);
    }

    private async Task TakeInAsync(UnitOfWork unit, PaymentAttempt attempt, CardDispute fact)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, attempt.BookingIntentId);
        var (dispute, isNew) = await Disputes.TakeUpAsync(unit, attempt, fact, now);
        var hasNewMoney = await PostAsync(unit, intent, attempt, dispute, fact, now);
        var status = DisputeStatus.Of(fact);
        var goesOn = !isNew && DisputeStatus.GoesOn(dispute.Status, status, hasNewMoney);
        if (goesOn)
        {
            await Disputes.MoveAsync(unit, dispute.Id, dispute.Status, status, now);
        }

        if (isNew || (goesOn && DisputeStatus.IsFinal(dispute.Status) && !DisputeStatus.IsFinal(status)))
        {
            await RaiseAsync(unit, intent, dispute, fact, isNew, now);
        }

        if ((isNew || goesOn) && DisputeStatus.IsFinal(status))
        {
            await Exceptions.ResolveAsync(unit, Key(dispute.Id, isNew: true), $"dispute_{status}", now);
            await Exceptions.ResolveAsync(unit, Key(dispute.Id, isNew: false), $"dispute_{status}", now);
            await Outbox.AppendAsync(
                unit, "payment.dispute_closed", "booking_intent", intent.Id, new { disputeId = dispute.Id, outcome = status, fact.Amount, fact.Currency }, now);
        }
    }

    // What is in the books stands there; a second withdrawal of one dispute is not known to exist, and is for a person.
    private async Task<bool> PostAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, Dispute dispute, CardDispute fact, DateTimeOffset now)
    {
        var hasNewMoney = false;
        if (fact.Withdrawn is { } withdrawn)
        {
            if (dispute.WithdrawnAmount is null)
            {
                hasNewMoney = true;
                await Disputes.KeepWithdrawalAsync(unit, dispute.Id, withdrawn);
                await Ledger.PostAsync(unit, DisputePostings.Withdrawn(MoneyOf(withdrawn.Amount), dispute.Id, withdrawn.Fee), "system", now);
            }
            else if (dispute.WithdrawnAmount != withdrawn.Amount)
            {
                log.LogError("Dispute {DisputeId} has taken another amount than is in the books", dispute.Id);
            }
        }

        if (fact is { Withdrawn: not null, Reinstated: { } reinstated } && dispute.ReinstatedAmount is null)
        {
            hasNewMoney = true;
            await Disputes.KeepReinstatementAsync(unit, dispute.Id, reinstated);
            await Ledger.PostAsync(unit, DisputePostings.Reinstated(MoneyOf(reinstated.Amount), dispute.Id, reinstated.Fee), "system", now);
        }

        return hasNewMoney;

        MoneyIn MoneyOf(decimal amount) => MoneyIntake.MoneyOf(intent, attempt, attempt.ProviderPaymentIntentId!, amount, fact.Currency);
    }

    private async Task RaiseAsync(
        UnitOfWork unit, BookingIntent intent, Dispute dispute, CardDispute fact, bool isNew, DateTimeOffset now)
    {
        await Exceptions.RaiseAsync(
            unit,
            new(Key(dispute.Id, isNew), "dispute_opened", "critical", "A cardholder disputes a charge", fact.EvidenceDueBy ?? now + options.Value.DisputeAnswerTime)
            {
                BookingIntentId = intent.Id,
                ReservationId = intent.ReservationId,
                PropertyId = intent.PropertyId,
                ErrorCode = fact.Reason,
                Context = new { disputeId = dispute.Id, providerDisputeId = fact.Id, dispute.PaymentAttemptId, fact.Amount, fact.Currency, withdrawn = fact.Withdrawn?.Amount },
            },
            now);
        await Outbox.AppendAsync(
            unit, "payment.disputed", "booking_intent", intent.Id, new { disputeId = dispute.Id, fact.Amount, fact.Currency, fact.Reason }, now);
    }

    // One that comes back after it was closed is trouble of its own.
    private static string Key(Guid disputeId, bool isNew) => isNew ? $"dispute_opened:{disputeId}" : $"dispute_opened:{disputeId}:again";
}
