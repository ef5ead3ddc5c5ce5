using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Booking.Stays;

/// <summary>Stays that could not be moved on: a person is called for each, until it has been moved after all.</summary>
public sealed class StayTroubles(ReserveDatabase database, TimeProvider clock)
{
    private const string ExceptionType = "stay_not_moved";

    /// <param name="reservationId">Whose stay.</param>
    /// <param name="errorCode">In a word.</param>
    internal Task RaiseAsync(Guid reservationId, string errorCode, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var stay = await BookedStay.FindAsync(unit.Connection, reservationId);
                var trouble = TroubleTypes.Of(ExceptionType).About(stay.Id, now);
                await Exceptions.RaiseAsync(
                    unit,
                    trouble with
                    {
                        // Stuck again further on it is trouble anew.
                        Key = $"{trouble.Key}:{stay.Status}",
                        ReservationId = stay.Id,
                        BookingIntentId = stay.BookingIntentId,
                        PropertyId = stay.PropertyId,
                        ErrorCode = errorCode,
                        Context = new { stay.ConfirmationCode, stay.Status, stay.CheckIn, stay.CheckOut },
                    },
                    now);
            },
            cancellation);

    /// <summary>Closes what is over: the stay is no longer where it was stuck.</summary>
    internal Task SettleAsync(CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var over = await unit.Connection.QueryAsync<string>(
                    """
                    SELECT e.exception_key
                    FROM reserve.exceptions e
                    JOIN reserve.reservations r ON r.id = e.reservation_id
                    WHERE e.exception_type = @ExceptionType
                      AND e.status IN ('open', 'in_progress')
                      AND r.status <> e.context ->> 'status'
                    ORDER BY e.id
                    """,
                    new { ExceptionType });
                foreach (var key in over)
                {
                    await Exceptions.ResolveAsync(unit, key, "moved on", clock.GetUtcNow());
                }
            },
            cancellation);
}
