using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>
/// Steps 2 and 3 of the booking saga: reads the rows, asks the provider about an open charge, and lets
/// <see cref="PaymentDecision"/> decide. May run any number of times; the rows say what is left to do.
/// </summary>
public sealed class ReviewPayment(
    ReserveDatabase database,
    PaymentProviders providers,
    PixCodes codes,
    RefundsAtProvider refunds,
    TimeProvider clock,
    IOptions<BookingOptions> booking,
    IOptions<PaymentOptions> payments,
    ILogger<ReviewPayment> log)
{
    /// <summary>Each round changes a row; more rounds than states there are means that something is wrong.</summary>
    private const int MaxRounds = 8;

    public async Task<PaymentStep> RunAsync(Guid intentId, CancellationToken cancellation)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var (intent, open) = await ReadAsync(intentId, cancellation);
            if (!BookingIntentStatus.AwaitsMoney(intent.Status))
            {
                return await StepAfterMoneyAsync(intent, open, cancellation);
            }

            var fact = open is null ? null : await AskAsync(open, intent, cancellation);
            if (open is { Status: PaymentAttemptStatus.Initiating } && fact is not null && PixCodes.FlawOf(open, fact) is { } flaw)
            {
                if (await codes.RefuseAsync(intent, open, fact, flaw, cancellation))
                {
                    continue;
                }

                if (clock.GetUtcNow() < intent.ExpiresAt)
                {
                    return new(NextStep.Wait, clock.GetUtcNow() + booking.Value.ProviderGraceInterval);
                }
            }

            var isNewDecline = fact is { State: MoneyState.Declined }
                && await database.TransactAsync(unit => Declines.AreNewAsync(unit, open!, fact), cancellation);
            var decision = PaymentDecision.Next(intent, open is not null, fact, isNewDecline, clock.GetUtcNow(), booking.Value);
            if (await ActAsync(decision, intent, open, fact, cancellation) is { } step)
            {
                return step;
            }
        }

        throw new InvalidOperationException($"booking intent {intentId} does not come to rest");
    }

    private async Task<PaymentStep?> ActAsync(
        PaymentDecision decision, BookingIntent intent, PaymentAttempt? open, MoneyFact? fact, CancellationToken cancellation)
    {
        switch (decision)
        {
            case PaymentDecision.Wait wait:
                if (fact is not null)
                {
                    await database.TransactAsync(unit => NoteOpenAsync(unit, intent.Id, open!.Id, fact), cancellation);
                }

                return new(NextStep.Wait, wait.Until);
            case PaymentDecision.TakeIn:
                var taken = await database.TransactAsync(unit => TakeInAsync(unit, intent.Id, open!.Id, fact!), cancellation);
                await refunds.TakeInBehindAsync(open!.Id, fact!, cancellation);
                return taken;
            case PaymentDecision.CountDecline:
                await database.TransactAsync(
                    unit => Declines.CountAsync(unit, intent.Id, open!.Id, fact!, clock.GetUtcNow(), booking.Value), cancellation);
                return null;
            case PaymentDecision.NoteClosed:
                await database.TransactAsync(unit => ClosedCharges.NoteAsync(unit, intent.Id, open!.Id, fact!, clock.GetUtcNow(), booking.Value), cancellation);
                return null;
            case PaymentDecision.CloseCharge:
                return await CloseChargeAsync(intent, open!, fact!, cancellation);
            case PaymentDecision.End end:
                await database.TransactAsync(unit => EndAsync(unit, intent.Id, end), cancellation);
                return null;
            case PaymentDecision.GiveUpWaiting:
                await database.TransactAsync(unit => GiveUpAsync(unit, intent.Id, open!), cancellation);
                return new(NextStep.WatchCharge, AttemptId: open!.Id);
            default:
                throw new InvalidOperationException($"unknown decision {decision}");
        }
    }

    // Also for a saga that was started anew: whatever is still owed, a refund or the watch of a charge, is in the rows.
    private async Task<PaymentStep> StepAfterMoneyAsync(BookingIntent intent, PaymentAttempt? open, CancellationToken cancellation)
    {
        switch (intent.Status)
        {
            case BookingIntentStatus.PaymentConfirmed or BookingIntentStatus.HostCommitPending:
                return new(NextStep.CommitAtHost);
            case BookingIntentStatus.HostCommitFailed:
                return new(NextStep.DecideOnHostFailure);
            case BookingIntentStatus.RefundPending:
                return new(NextStep.Refund);
        }

        if (open is not null)
        {
            return new(NextStep.WatchCharge, AttemptId: open.Id);
        }

        await using var connection = await database.OpenAsync(cancellation);
        return (await Refunds.OutstandingAsync(connection, intent.Id)).Count > 0
            ? new(NextStep.Refund)
            : new(NextStep.Close, Outcome: intent.Status);
    }

    private async Task<(BookingIntent Intent, PaymentAttempt? Open)> ReadAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var (intent, attempts) = await PaymentAttempts.WithIntentAsync(connection, intentId)
            ?? throw new InvalidOperationException($"no booking intent {intentId}");
        return (intent, attempts.FirstOrDefault(a => PaymentAttemptStatus.IsOpen(a.Status)));
    }

    private async Task<MoneyFact?> AskAsync(PaymentAttempt attempt, BookingIntent intent, CancellationToken cancellation)
    {
        switch (await providers.AskAsync(attempt, intent, cancellation))
        {
            case ProviderAnswer<MoneyFact>.Done done:
                return done.Value;
            case ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) } refused when attempt.ProviderPaymentIntentId is null:
                // The provider refuses to open it: nobody can pay through it.
                return new(MoneyState.Closed, "", 0, attempt.Currency) { ErrorCode = refused.Code };
            case var answer:
                log.LogWarning("{Provider} does not say where attempt {AttemptId} stands: {Answer}", attempt.Provider, attempt.Id, answer.GetType().Name);
                return null;
        }
    }

    private async Task<PaymentStep?> CloseChargeAsync(
        BookingIntent intent, PaymentAttempt open, MoneyFact fact, CancellationToken cancellation)
    {
        switch (await providers.CloseAsync(open, fact.ProviderPaymentId, cancellation))
        {
            case ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Closed } closed }:
                await database.TransactAsync(unit => ClosedCharges.NoteAsync(unit, intent.Id, open.Id, closed, clock.GetUtcNow(), booking.Value), cancellation);
                return null;
            case ProviderAnswer<MoneyFact>.Done or ProviderAnswer<MoneyFact>.Refused when clock.GetUtcNow() < intent.ExpiresAt + booking.Value.ProviderGrace:
                // Paid meanwhile, most likely: the next look tells. A provider that contradicts itself is asked again later.
                return await IsPaidNowAsync(open, intent, cancellation) ? null : new(NextStep.Wait, clock.GetUtcNow() + booking.Value.ProviderGraceInterval);
            default:
                if (clock.GetUtcNow() >= intent.ExpiresAt + booking.Value.ProviderGrace)
                {
                    return await ActAsync(new PaymentDecision.GiveUpWaiting(), intent, open, fact, cancellation);
                }

                return new(NextStep.Wait, clock.GetUtcNow() + booking.Value.ProviderGraceInterval);
        }
    }

    private async Task<bool> IsPaidNowAsync(PaymentAttempt open, BookingIntent intent, CancellationToken cancellation) =>
        await AskAsync(open, intent, cancellation) is { State: MoneyState.Paid or MoneyState.Authorized or MoneyState.Closed };

    // The step after it where there is nothing to look at again; else null.
    private async Task<PaymentStep?> TakeInAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        var (intent, attempts) = (await BookingIntents.TryLockWithAttemptsAsync(unit, intentId))!.Value;
        if (!BookingIntentStatus.AwaitsMoney(intent.Status))
        {
            return null;
        }

        var attempt = attempts.Single(a => a.Id == attemptId);
        if (fact.State == MoneyState.Authorized && !PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            // Another payment closed it since it was asked for: what was reserved is let go there.
            return null;
        }

        if (fact.State == MoneyState.Authorized && attempt.ClosingSince + payments.Value.ClosingTime is { } decided && now < decided)
        {
            // Another payment is closing it, and a reservation is closed as readily as a charge that nobody has paid.
            return new(NextStep.Wait, decided);
        }

        attempt = await MoneyIntake.RecordAsync(unit, intent, attempt, fact, now);
        if (fact.Dispute is { } dispute)
        {
            await DisputeIntake.TakeInAsync(unit, attempt, dispute, payments.Value, now);
        }

        if (!MoneyIntake.Fits(intent, fact))
        {
            await MoneyIntake.RaiseMismatchAsync(unit, intent, attempt, fact, booking.Value.HostFailureDecisionTime, now);
            await GiveBackAsync(unit, intent, attempt, "amount_mismatch", now);
            return null;
        }

        if (fact.IsTakenBack)
        {
            await GiveBackAsync(unit, intent, attempt, "charged_back", now);
            return null;
        }

        var paid = BookingIntents.Move(
            intent.Id, intent.Status, BookingIntentStatus.PaymentConfirmed, "system", attempt.PaymentMethod, now);
        intent = intent with { Status = BookingIntentStatus.PaymentConfirmed };
        if (intent.CancelRequestedAt is not null)
        {
            await unit.SendAsync(paid);
            await GiveBackAsync(unit, intent, attempt, CancelBookingIntent.Reason, now);
            return null;
        }

        if (intent.ModifiesReservationId is not null && !await OpenModifications.IsStillWantedAsync(unit.Connection, intent))
        {
            await unit.SendAsync(paid);
            await GiveBackAsync(unit, intent, attempt, "reservation_closed", now);
            return null;
        }

        await unit.SendAsync([paid, .. HostCommits.Begin(intent, "system", "paid", now)]);
        return new(NextStep.CommitAtHost);
    }

    private static async Task GiveBackAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, string reason, DateTimeOffset now)
    {
        if (intent.Status != BookingIntentStatus.RefundPending)
        {
            await BookingIntents.MoveAsync(unit, intent.Id, intent.Status, BookingIntentStatus.RefundPending, "system", reason, now);
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.booking_intents SET closed_reason = @reason WHERE id = @Id", new { intent.Id, reason });
        // Nobody waits for the nights any more, however long the money, or a bank, takes.
        await Holds.ReleaseAsync(unit, intent, now);
        if (attempt.Status == PaymentAttemptStatus.Succeeded)
        {
            await Refunds.RequestAllAsync(unit, attempt, reason, now);
        }
    }

    private async Task NoteOpenAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (!PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            return;
        }

        await PaymentAttempts.RecordAsync(unit, attemptId, fact, now);
        if (attempt.Status == PaymentAttemptStatus.Initiating)
        {
            await PaymentAttempts.MoveAsync(unit, attemptId, attempt.Status, PaymentAttemptStatus.Pending, "found at the provider", now);
        }

        // Of a charge that its provider looked at first the code comes later.
        if (attempt.IsPix && fact.PixCode is not null && PixCodes.FlawOf(attempt, fact) is null)
        {
            await PixTransactions.InsertAsync(unit, attempt, fact, now);
        }
    }

    private async Task EndAsync(UnitOfWork unit, Guid intentId, PaymentDecision.End end)
    {
        var intent = await BookingIntents.LockAsync(unit, intentId);
        var attempts = await PaymentAttempts.OfIntentAsync(unit.Connection, intentId);
        // A payment begun since the rows were read keeps the hold; the next round looks at it.
        if (BookingIntentStatus.AwaitsMoney(intent.Status) && !attempts.Any(a => PaymentAttemptStatus.IsOpen(a.Status))
            && (end.Status != BookingIntentStatus.Expired || clock.GetUtcNow() >= intent.ExpiresAt))
        {
            await BookingIntents.CloseAsync(unit, intent, end.Status, "system", end.Reason, clock.GetUtcNow());
        }
    }

    private async Task GiveUpAsync(UnitOfWork unit, Guid intentId, PaymentAttempt open)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, intentId);
        if (!BookingIntentStatus.AwaitsMoney(intent.Status))
        {
            return;
        }

        await MoneyIntake.RaiseUnknownAsync(unit, intent, open, booking.Value.HostFailureDecisionTime, now);
        await BookingIntents.CloseAsync(unit, intent, BookingIntentStatus.Expired, "system", "payment_outcome_unknown", now);
    }
}
