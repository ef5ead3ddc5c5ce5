using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Money that went back past this system, by the hand of somebody in the provider's dashboard: it is written down once and
/// posted, and a person is asked why. Where the same money was on its way back anyhow, it is that.
/// </summary>
public static class RefundByHand
{
    /// <summary>Takes in a refund that the provider has made and that none of ours is known to be.</summary>
    public static async Task TakeInAsync(UnitOfWork unit, Guid attemptId, RefundFact fact, PaymentOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(options);
        if (fact.State != RefundState.Succeeded)
        {
            return;
        }

        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        var intent = await BookingIntents.LockAsync(unit, attempt.BookingIntentId);
        attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        var ours = await Refunds.OfAttemptAsync(unit.Connection, attemptId);
        if (ours.Any(r => r.ProviderRefundId == fact.ProviderRefundId) || attempt.AmountReceived is not { } received)
        {
            // A charge whose money is not in the books yet is looked at again with its next report.
            return;
        }

        var left = received - ours.Sum(r => r.Amount);
        var onTheirWay = ours.Where(r => r.Status is RefundStatus.Requested or RefundStatus.Failed && r.Amount >= fact.Amount).OrderBy(r => r.Amount).ToList();
        var same = onTheirWay.Where(r => r.Amount == fact.Amount).ToList();
        if (attempt.IsPix && same.Count > 0)
        {
            // Most likely our own, whose answer is not here yet. Of two alike, only their own calls can tell which it is.
            if (same.Count == 1)
            {
                await RefundSettlement.SucceededAsync(unit, same[0], fact, now);
            }

            return;
        }

        await (fact.Amount <= left
            ? GiveAsync(unit, intent, attempt, fact, now)
            : onTheirWay.Count > 0 ? TakeFromAsync(unit, attempt, onTheirWay[0], fact, now) : Task.CompletedTask);
        await Exceptions.RaiseAsync(
            unit,
            new($"refund_by_hand:{fact.ProviderRefundId}", "refund_by_hand", "medium", "Money was given back at the provider, past this system", now + options.RefundByHandDue)
            {
                BookingIntentId = intent.Id,
                ReservationId = intent.ReservationId,
                PropertyId = intent.PropertyId,
                Context = new { AttemptId = attempt.Id, attempt.Provider, fact.ProviderRefundId, fact.Amount, attempt.Currency },
            },
            now);
    }

    // Nobody had promised it. Of a booking that stands, the platform bears it until somebody says otherwise.
    private static async Task GiveAsync(UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, RefundFact fact, DateTimeOffset now)
    {
        var refund = await RecordAsync(unit, attempt, fact, new(Key(fact), RefundPurpose.ByHand, "by_hand", intent.ReservationId), now);
        if (intent.ReservationId is { } reservationId)
        {
            await Ledger.PostAsync(
                unit, Postings.Goodwill(new(reservationId, intent.Id, intent.PropertyId, intent.Currency, 0, 0, 0, 0, 0), refund.Id, refund.Amount), "system", now);
        }

        await RefundSettlement.SucceededAsync(unit, refund, fact, now);
    }

    // It was on its way back: all of it, or a part, and then the rest is.
    private static async Task TakeFromAsync(UnitOfWork unit, PaymentAttempt attempt, Refund onItsWay, RefundFact fact, DateTimeOffset now)
    {
        if (onItsWay.Amount == fact.Amount)
        {
            await RefundSettlement.SucceededAsync(unit, onItsWay, fact, now);
            return;
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET amount = amount - @Amount WHERE id = @Id", new { onItsWay.Id, fact.Amount });
        var part = await RecordAsync(unit, attempt, fact, new(Key(fact), onItsWay.Purpose, onItsWay.Reason, onItsWay.ReservationId), now);
        await RefundSettlement.SucceededAsync(unit, part, fact, now);
    }

    private static async Task<Refund> RecordAsync(UnitOfWork unit, PaymentAttempt attempt, RefundFact fact, RefundRequest request, DateTimeOffset now)
    {
        var (id, _) = await Refunds.RequestAsync(unit, attempt, fact.Amount, request, now);
        return (await Refunds.FindAsync(unit.Connection, id))!;
    }

    private static string Key(RefundFact fact) => $"by_hand:{fact.ProviderRefundId}";
}
