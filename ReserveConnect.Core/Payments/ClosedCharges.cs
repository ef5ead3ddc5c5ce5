using ReserveConnect.Booking;
using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>Notes that a charge can no longer be paid: it ran out, was withdrawn, or its provider has refused it, which is a failure.</summary>
internal static class ClosedCharges
{
    public static async Task NoteAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact, DateTimeOffset now, BookingOptions options)
    {
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (!PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            return;
        }

        if (fact.IsRejected)
        {
            await Declines.CountRejectionAsync(unit, intentId, attemptId, fact, now, options);
        }

        await PaymentAttempts.MoveAsync(
            unit, attemptId, attempt.Status, fact.IsRejected ? PaymentAttemptStatus.Failed : PaymentAttemptStatus.Cancelled,
            fact.ErrorCode ?? "closed at the provider", now);
        if (attempt.IsPix)
        {
            await PixTransactions.EndAsync(unit, attemptId, now >= attempt.ExpiresAt ? "expired" : "cancelled", fact, now);
        }
    }
}
