using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Booking.Modifications;

/// <summary>A booking that a change left behind there.</summary>
internal sealed record ReplacedBooking(Guid ChangeId, Guid HostBookingId);

/// <summary>
/// The Host's bookings that changes left behind, because the new stay was booked there by hand. Written down when the new one comes
/// to stand here, so that neither a Host that is silent nor the death of a saga lets one block a room.
/// </summary>
internal static class ReplacedBookings
{
    public static string OperationId(Guid changeId) => $"{changeId}:host_replace";

    /// <summary>Key of the exception that is open as long as one may stand.</summary>
    public static string TroubleKey(Guid changeId) => $"{UndoAtHost.KeyOf(changeId)}:replaced";

    /// <summary>Those of a reservation of which the Host has not said that they are gone.</summary>
    public static async Task<IReadOnlyList<ReplacedBooking>> StandingAsync(NpgsqlConnection connection, Guid reservationId) =>
    [
        .. await connection.QueryAsync<ReplacedBooking>(
            """
            SELECT i.id AS change_id, o.provider_reference::uuid AS host_booking_id
            FROM reserve.booking_intents i
            JOIN reserve.provider_operations o ON o.booking_intent_id = i.id
            WHERE i.modifies_reservation_id = @reservationId
              AND o.kind = 'host_replace'
              AND o.state <> 'done'
            ORDER BY i.id
            """,
            new { reservationId }),
    ];

    /// <summary>Says that a booking has to go there; a person is called at once, and sent home by the try that succeeds.</summary>
    public static async Task BeginAsync(UnitOfWork unit, BookingIntent change, Guid replaced, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.provider_operations (operation_id, provider, kind, booking_intent_id, provider_reference, started_at)
            VALUES (@OperationId, 'host_connect', 'host_replace', @Id, @Reference, @now)
            """,
            new { OperationId = OperationId(change.Id), change.Id, Reference = $"{replaced}", now });
        await Exceptions.RaiseAsync(
            unit,
            UndoAtHost.Trouble(change.Id, TroubleTypes.Of(UndoAtHost.ExceptionType).About(change.Id, now).DueAt) with
            {
                Key = TroubleKey(change.Id),
                ReservationId = change.ModifiesReservationId,
                PropertyId = change.PropertyId,
                Context = new { ReplacedHostBookingId = replaced },
            },
            now);
    }

    public static Task DoneAsync(UnitOfWork unit, Guid changeId, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.provider_operations
            SET state = 'done',
                tries = tries + 1,
                finished_at = @now
            WHERE operation_id = @OperationId
              AND state <> 'done'
            """,
            new { OperationId = OperationId(changeId), now });
}
