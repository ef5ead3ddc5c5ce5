using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Providers.Stripe;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Takes a dispute into rows and books: what left and what came back once each, a person called while something can be done about
/// it, the refunds that wait for it told. May run any number of times, and on news that is old.
/// </summary>
public static class DisputeIntake
{
    private static readonly DisputedMoney Nothing = new(0m, 0m);

    /// <summary>Takes in what a provider says of a dispute of an attempt whose money is in the books.</summary>
    /// <returns>The intents whose refunds have waited for it.</returns>
    public static async Task<IReadOnlyList<Guid>> TakeInAsync(
        UnitOfWork unit, PaymentAttempt attempt, DisputeFact fact, PaymentOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(options);
        var intent = await BookingIntents.LockAsync(unit, attempt.BookingIntentId);
        var (dispute, isNew) = await Disputes.TakeUpAsync(unit, attempt, fact, now);
        var hasNewMoney = await PostAsync(unit, intent, attempt, dispute, fact, now);
        var goesOn = !isNew && DisputeStatus.GoesOn(dispute.Status, fact.Status, hasNewMoney);
        if (goesOn)
        {
            await Disputes.MoveAsync(unit, dispute.Id, dispute.Status, fact.Status, now);
        }

        if (isNew || (goesOn && DisputeStatus.IsFinal(dispute.Status) && !DisputeStatus.IsFinal(fact.Status)))
        {
            await RaiseAsync(unit, intent, dispute, fact, isNew ? null : "again", "A guest's bank disputes a charge", options, now);
        }

        if (goesOn && dispute.Status == DisputeStatus.Lost)
        {
            // Whoever cancelled meanwhile was promised no more than the rest of what the bank had given them.
            await RaiseAsync(unit, intent, dispute, fact, "reversed", "A dispute that was lost was won after all", options, now);
        }

        // One that was lost before anybody heard of it stays open: somebody should have.
        if (DisputeStatus.IsFinal(fact.Status) && (goesOn || (isNew && fact.Status != DisputeStatus.Lost)))
        {
            await Exceptions.ResolveAsync(unit, Key(dispute.Id), $"dispute_{fact.Status}", now);
            await Exceptions.ResolveAsync(unit, Key(dispute.Id, "again"), $"dispute_{fact.Status}", now);
        }

        if ((isNew || goesOn) && DisputeStatus.IsFinal(fact.Status))
        {
            await Outbox.AppendAsync(
                unit, "payment.dispute_closed", "booking_intent", intent.Id, new { disputeId = dispute.Id, outcome = fact.Status, fact.Amount, fact.Currency }, now);
        }

        return await DisputedRefunds.FollowAsync(unit, attempt.Id, options, now);
    }

    // What the provider has moved so far less what is in the books: its sums only grow, and smaller ones are old news.
    private static async Task<bool> PostAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, Dispute dispute, DisputeFact fact, DateTimeOffset now)
    {
        var taken = More(fact.Withdrawn, dispute.WithdrawnAmount, dispute.WithdrawnFee);
        var back = fact.Withdrawn is null ? null : More(fact.Reinstated, dispute.ReinstatedAmount, dispute.ReinstatedFee);
        if (taken is null && back is null)
        {
            return false;
        }

        await Disputes.KeepMoneyAsync(unit, dispute.Id, taken, back, now);
        if (taken is not null && taken != Nothing)
        {
            await EnterAsync(DisputePostings.Withdrawn(MoneyOf(taken.Amount), dispute.Id, taken.Fee, dispute.Movements));
        }

        if (back is not null && back != Nothing)
        {
            await EnterAsync(DisputePostings.Reinstated(MoneyOf(back.Amount), dispute.Id, back.Fee, dispute.Movements));
        }

        return taken is { Amount: > 0 } || back is { Amount: > 0 };

        Task EnterAsync(LedgerTransaction entry) => Ledger.PostAsync(unit, entry with { ReservationId = intent.ReservationId }, "system", now);

        MoneyIn MoneyOf(decimal amount) => MoneyIntake.MoneyOf(intent, attempt, attempt.ProviderPaymentIntentId!, amount, fact.Currency);
    }

    // Null: nothing that is not known.
    private static DisputedMoney? More(DisputedMoney? said, decimal? amount, decimal? fee)
    {
        if (said is null)
        {
            return null;
        }

        var more = new DisputedMoney(Math.Max(0m, said.Amount - (amount ?? 0m)), Math.Max(0m, said.Fee - (fee ?? 0m)));
        return more == Nothing && amount is not null ? null : more;
    }

    private static async Task RaiseAsync(
        UnitOfWork unit, BookingIntent intent, Dispute dispute, DisputeFact fact, string? again, string title, PaymentOptions options, DateTimeOffset now)
    {
        await Exceptions.RaiseAsync(
            unit,
            new(Key(dispute.Id, again), "dispute_opened", "critical", title, fact.EvidenceDueBy ?? now + options.DisputeAnswerTime)
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

    // What comes after it was closed is trouble of its own.
    private static string Key(Guid disputeId, string? again = null) => again is null ? $"dispute_opened:{disputeId}" : $"dispute_opened:{disputeId}:{again}";
}
