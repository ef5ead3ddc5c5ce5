using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Step 7 of the booking saga: money for an intent that no longer waits for it. The nights are taken again if they are
/// still free, and the booking goes on; else, and for a second payment, all of it goes back.
/// </summary>
public sealed class TakeLatePayment(
    ReserveDatabase database, PaymentProviders providers, RefundsAtProvider atProvider, TimeProvider clock, IOptions<BookingOptions> booking,
    IOptions<PaymentOptions> options)
{
    public async Task<PaymentStep> RunAsync(Guid attemptId, CancellationToken cancellation)
    {
        BookingIntent intent;
        PaymentAttempt attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            (intent, attempt) = await PaymentAttempts.FindWithIntentAsync(connection, provider: "", providerId: null, attemptId)
                ?? throw new InvalidOperationException($"no payment attempt {attemptId}");
        }

        if (BookingIntentStatus.AwaitsMoney(intent.Status) && PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            // The intent's own saga has it in hand.
            return new(NextStep.Close, Outcome: intent.Status);
        }

        var answer = await providers.AskAsync(attempt, intent, cancellation);
        if (answer is ProviderAnswer<MoneyFact>.Done { Value: var open }
            && !PaymentAttemptStatus.HasMoney(attempt.Status)
            && (open.CanBeClosed || (open.State == MoneyState.Authorized && IsServed(intent))))
        {
            // Nobody will be given a room for it any more; what a card has merely reserved is let go. What is taken in already may
            // be what the intent is served with: the rows say how that goes on.
            answer = await providers.CloseAsync(attempt, open.ProviderPaymentId, cancellation);
        }

        switch (answer)
        {
            case ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Paid or MoneyState.Authorized } fact }:
                var taken = await database.TransactAsync(unit => TakeInAsync(unit, intent.Id, attemptId, fact), cancellation);
                await atProvider.TakeInBehindAsync(attemptId, fact, cancellation);
                return taken;
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Closed }:
            case ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) } when attempt.ProviderPaymentIntentId is null:
                await database.TransactAsync(unit => NoteClosedAsync(unit, intent.Id, attemptId), cancellation);
                return new(NextStep.Close, Outcome: "never_paid");
            default:
                var now = clock.GetUtcNow();
                if (now < intent.ExpiresAt + options.Value.StrayWatchTime)
                {
                    return new(NextStep.Wait, now + options.Value.StrayWatchInterval);
                }

                await database.TransactAsync(
                    unit => MoneyIntake.RaiseUnknownAsync(unit, intent, attempt, booking.Value.HostFailureDecisionTime, now), cancellation);
                return new(NextStep.Close, Outcome: "unknown");
        }
    }

    // Another payment of this intent is waited for, is booked with, or is on its way there or back.
    private static bool IsServed(BookingIntent intent) =>
        intent.Status is not (BookingIntentStatus.Expired or BookingIntentStatus.Cancelled);

    private async Task<PaymentStep> TakeInAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, intentId);
        var before = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (before.Status is PaymentAttemptStatus.Succeeded or PaymentAttemptStatus.Authorized or PaymentAttemptStatus.Refunded)
        {
            // Run again after a death: what the first run decided is in the rows.
            var refunds = await Refunds.OutstandingAsync(unit.Connection, intentId);
            if (before.Status == PaymentAttemptStatus.Refunded || refunds.Any(r => r.PaymentAttemptId == attemptId))
            {
                return new(NextStep.Refund);
            }

            // What the intent's own saga took in is not ours to carry on.
            return await WasTakenLateAsync(unit, intentId) ? StepOf(intent) : new(NextStep.Close, Outcome: intent.Status);
        }

        if (fact.State == MoneyState.Authorized && IsServed(intent))
        {
            // Served since it was looked at: what is merely reserved is let go in the next round.
            return new(NextStep.Wait, now);
        }

        var attempt = await MoneyIntake.RecordAsync(unit, intent, attemptId, fact, now);
        if (fact.Dispute is { } dispute)
        {
            await DisputeIntake.TakeInAsync(unit, attempt, dispute, options.Value, now);
        }

        await Exceptions.ResolveAsync(unit, MoneyIntake.UnknownKey(attemptId), "paid", now);
        await LatePayments.RaiseAsync(unit, intent, attemptId, fact, options.Value.OddMoneyTime, now);
        if (intent.Status is not (BookingIntentStatus.Expired or BookingIntentStatus.Cancelled))
        {
            return await GiveBackAsync(
                unit, intent, attempt, fact, BookingIntentStatus.AwaitsMoney(intent.Status) ? "paid_after_another_was_chosen" : "paid_twice", now);
        }

        if (!MoneyIntake.Fits(intent, fact))
        {
            await MoneyIntake.RaiseMismatchAsync(unit, intent, attempt, fact, booking.Value.HostFailureDecisionTime, now);
            return await GiveBackAsync(unit, intent, attempt, fact, "amount_mismatch", now);
        }

        if (fact.IsTakenBack)
        {
            return await GiveBackAsync(unit, intent, attempt, fact, "charged_back", now);
        }

        if (!await WantsTheRoomAsync(unit, intent, attempt, now) || !await TakeNightsAgainAsync(unit, intent, now))
        {
            return await GiveBackAsync(unit, intent, attempt, fact, "late_payment", now);
        }

        await BookingIntents.MoveAsync(unit, intentId, intent.Status, BookingIntentStatus.PaymentConfirmed, "system", "late payment", now);
        await HostCommits.BeginAsync(unit, intent with { Status = BookingIntentStatus.PaymentConfirmed }, "system", "paid late", now);
        return new(NextStep.CommitAtHost);
    }

    private static Task<bool> WasTakenLateAsync(UnitOfWork unit, Guid intentId) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT 1
                FROM reserve.audit_logs
                WHERE entity_type = 'booking_intent'
                  AND entity_id = @intentId
                  AND from_status IN ('expired', 'cancelled')
                  AND to_status IN ('payment_confirmed', 'refund_pending'))
            """,
            new { intentId });

    // A guest who left, who was erased, whose money went back once, or whose day of arrival is over, does not want the room; one
    // whose hold ran out does. A change that ran out is not made behind the guest's back: the booking may be another by now.
    private static async Task<bool> WantsTheRoomAsync(UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, DateTimeOffset now)
    {
        var canCome = await unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT i.erased_at IS NULL AND i.check_in >= (@now AT TIME ZONE c.time_zone)::date
            FROM reserve.booking_intents i
            JOIN reserve.cities c ON c.id = i.city_id
            WHERE i.id = @Id
            """,
            new { intent.Id, now });
        var others = await PaymentAttempts.OfIntentAsync(unit.Connection, intent.Id);
        return canCome
            && intent.ModifiesReservationId is null
            && intent.CancelRequestedAt is null
            && intent.ClosedReason is not CancelBookingIntent.Reason
            && others.All(a => a.Id == attempt.Id || a.Status is not (PaymentAttemptStatus.Refunded or PaymentAttemptStatus.Succeeded));
    }

    private static async Task<bool> TakeNightsAgainAsync(UnitOfWork unit, BookingIntent intent, DateTimeOffset now)
    {
        // What was taken is given back by the savepoint when not every night could be had.
        await using var savepoint = await Savepoint.SetAsync(unit, "late_nights");
        if (!await Holds.TakeNightsAsync(unit, intent.UnitId, intent.CheckIn, intent.CheckOut, now))
        {
            return false;
        }

        await savepoint.KeepAsync();
        await Holds.RecordAsync(unit, intent.Id, intent.UnitId, intent.CheckIn, intent.CheckOut, now);
        return true;
    }

    private static async Task<PaymentStep> GiveBackAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, string reason, DateTimeOffset now)
    {
        if (intent.Status is BookingIntentStatus.Expired or BookingIntentStatus.Cancelled)
        {
            await BookingIntents.MoveAsync(unit, intent.Id, intent.Status, BookingIntentStatus.RefundPending, "system", reason, now);
        }

        if (attempt.Status == PaymentAttemptStatus.Succeeded)
        {
            await Refunds.RequestAllAsync(unit, attempt, reason, now);
        }

        return new(NextStep.Refund);
    }

    private static PaymentStep StepOf(BookingIntent intent) => intent.Status switch
    {
        BookingIntentStatus.PaymentConfirmed or BookingIntentStatus.HostCommitPending => new(NextStep.CommitAtHost),
        BookingIntentStatus.HostCommitFailed => new(NextStep.DecideOnHostFailure),
        _ => new(NextStep.Refund),
    };

    private async Task NoteClosedAsync(UnitOfWork unit, Guid intentId, Guid attemptId)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            await PaymentAttempts.MoveAsync(unit, attemptId, attempt.Status, PaymentAttemptStatus.Cancelled, "closed at the provider", now);
            await PixTransactions.EndAsync(unit, attempt, now);
        }

        await Exceptions.ResolveAsync(unit, MoneyIntake.UnknownKey(attemptId), "never paid", now);
    }
}
