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
        // Of one that has failed no call is on its way: it is taken first.
        var onTheirWay = ours.Where(r => r.Status is RefundStatus.Requested or RefundStatus.Failed).OrderBy(r => r.Status == RefundStatus.Requested).ToList();
        var same = onTheirWay.Where(r => r.Amount == fact.Amount).ToList();
        if (attempt.IsPix && same.Count > 0)
        {
            // Most likely our own, whose answer is not here yet. Of two alike, only their own calls can tell which it is.
            if (same.Count == 1)
            {
                await RefundSettlement.SucceededAsync(unit, same[0], fact, options, now);
            }

            return;
        }

        // A person who does what was asked for gives exactly that: it is no gift beside it, however much is left.
        var uncovered = 0m;
        if (same.Count == 0 && fact.Amount <= left)
        {
            await GiveAsync(unit, intent, attempt, fact, options, now);
        }
        else
        {
            uncovered = await AbsorbAsync(unit, intent, attempt, fact, same.Count > 0 ? [same[0]] : InOrder(onTheirWay, fact.Amount), left, options, now);
        }

        await Exceptions.RaiseAsync(
            unit,
            new(
                $"refund_by_hand:{fact.ProviderRefundId}", "refund_by_hand", uncovered > 0 ? "critical" : "medium",
                "Money was given back at the provider, past this system", now + options.RefundByHandDue)
            {
                BookingIntentId = intent.Id,
                ReservationId = intent.ReservationId,
                PropertyId = intent.PropertyId,
                Context = new { AttemptId = attempt.Id, attempt.Provider, fact.ProviderRefundId, fact.Amount, attempt.Currency, Uncovered = uncovered },
            },
            now);
    }

    // One that is enough is the likeliest; else the largest first.
    private static IEnumerable<Refund> InOrder(IReadOnlyList<Refund> onTheirWay, decimal amount) =>
        onTheirWay.OrderBy(r => r.Amount < amount).ThenBy(r => r.Amount < amount ? -r.Amount : r.Amount);

    // What was on its way takes as much of it as it can, the rest is a gift as far as there is money. Returns what is of neither:
    // the provider says that more went back than came in.
    private static async Task<decimal> AbsorbAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, RefundFact fact, IEnumerable<Refund> onTheirWay, decimal left,
        PaymentOptions options, DateTimeOffset now)
    {
        var parts = 0;
        var rest = fact.Amount;
        foreach (var refund in onTheirWay)
        {
            var part = Math.Min(rest, refund.Amount);
            if (part > 0)
            {
                await TakeFromAsync(unit, attempt, refund, fact.Part(++parts, part), options, now);
                rest -= part;
            }
        }

        var given = Math.Min(rest, left);
        if (given > 0)
        {
            await GiveAsync(unit, intent, attempt, fact.Part(++parts, given), options, now);
        }

        return rest - Math.Max(given, 0m);
    }

    // Nobody had promised it. Of a booking that stands, the platform bears it until somebody says otherwise.
    private static async Task GiveAsync(
        UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, RefundFact fact, PaymentOptions options, DateTimeOffset now)
    {
        var refund = await RecordAsync(unit, attempt, fact, new(Key(fact), RefundPurpose.ByHand, "by_hand", intent.ReservationId), now);
        if (intent.ReservationId is { } reservationId)
        {
            await Ledger.PostAsync(
                unit, Postings.Goodwill(new(reservationId, intent.BookingId, intent.PropertyId, intent.Currency, 0, 0, 0, 0, 0), refund.Id, refund.Amount), "system", now);
        }

        await RefundSettlement.SucceededAsync(unit, refund, fact, options, now);
    }

    // It was on its way back: all of it, or a part, and then the rest is. Returns what was.
    internal static async Task<Refund> TakeFromAsync(
        UnitOfWork unit, PaymentAttempt attempt, Refund onItsWay, RefundFact fact, PaymentOptions options, DateTimeOffset now)
    {
        if (onItsWay.Amount == fact.Amount)
        {
            await RefundSettlement.SucceededAsync(unit, onItsWay, fact, options, now);
            return onItsWay;
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.refunds SET amount = amount - @Amount WHERE id = @Id", new { onItsWay.Id, fact.Amount });
        var part = await RecordAsync(unit, attempt, fact, new(Key(fact), onItsWay.Purpose, onItsWay.Reason, onItsWay.ReservationId) { BookingIntentId = onItsWay.BookingIntentId }, now);
        await RefundSettlement.SucceededAsync(unit, part, fact, options, now);
        return part;
    }

    private static async Task<Refund> RecordAsync(UnitOfWork unit, PaymentAttempt attempt, RefundFact fact, RefundRequest request, DateTimeOffset now)
    {
        var (id, _) = await Refunds.RequestAsync(unit, attempt, fact.Amount, request, now);
        return (await Refunds.FindAsync(unit.Connection, id))!;
    }

    private static string Key(RefundFact fact) => $"by_hand:{fact.ProviderRefundId}";
}
