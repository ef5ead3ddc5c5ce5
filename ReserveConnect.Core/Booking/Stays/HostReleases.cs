using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Booking.Stays;

/// <summary>The record of telling the Host that nights of a stay are free; one per reservation, its id is the Host's idempotency key.</summary>
internal static class HostReleases
{
    public static string OperationId(Guid reservationId) => $"{reservationId}:host_release";

    /// <summary>Writes down that the Host will be told, in the transaction that gives the nights back.</summary>
    public static Task BeginAsync(UnitOfWork unit, BookedStay stay, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.provider_operations (operation_id, provider, kind, booking_intent_id, started_at)
            VALUES (@OperationId, 'host_connect', 'host_release', @BookingIntentId, @now)
            """,
            new { OperationId = OperationId(stay.Id), stay.BookingIntentId, now });

    /// <summary>What was refused is to be asked again.</summary>
    public static Task ReopenAsync(UnitOfWork unit, Guid reservationId) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.provider_operations
            SET state = 'started',
                finished_at = NULL
            WHERE operation_id = @OperationId
              AND state = 'refused'
            """,
            new { OperationId = OperationId(reservationId) });

    /// <summary>Keeps what a try came to.</summary>
    /// <param name="state"><c>done</c>, <c>refused</c>, <c>not_sent</c> or <c>unknown</c>.</param>
    public static Task RecordAsync(UnitOfWork unit, Guid reservationId, string state, string? errorCode, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.provider_operations
            SET state = @state,
                tries = tries + 1,
                error_code = @errorCode,
                finished_at = @now
            WHERE operation_id = @OperationId
              AND state <> 'done'
            """,
            new { OperationId = OperationId(reservationId), state, errorCode, now });
}
