using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>The exception <c>late_payment</c>: money for a stay that no longer waited for it, until it is booked or back.</summary>
public static class LatePayments
{
    public static string Key(Guid attemptId) => $"late_payment:{attemptId}";

    public static Task RaiseAsync(UnitOfWork unit, BookingIntent intent, Guid attemptId, MoneyFact fact, TimeSpan due, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            new(Key(attemptId), "late_payment", "medium", "Money came for a stay that no longer waited for it", now + due)
            {
                BookingIntentId = intent.Id,
                ReservationId = intent.ReservationId,
                PropertyId = intent.PropertyId,
                Context = new { attemptId, intentStatus = intent.Status, fact.Amount, fact.Currency },
            },
            now);

    /// <summary>The stay is booked: settles every late payment of the intent but those that go back.</summary>
    public static async Task BookedAsync(UnitOfWork unit, Guid intentId, DateTimeOffset now)
    {
        var booked = await unit.Connection.QueryAsync<string>(
            """
            SELECT e.exception_key
            FROM reserve.exceptions e
            WHERE e.booking_intent_id = @intentId
              AND e.exception_type = 'late_payment'
              AND e.status IN ('open', 'in_progress')
              AND NOT EXISTS (SELECT FROM reserve.refunds f WHERE e.exception_key = 'late_payment:' || f.payment_attempt_id)
            """,
            new { intentId });
        foreach (var key in booked)
        {
            await Exceptions.ResolveAsync(unit, key, "booked", now);
        }
    }
}
