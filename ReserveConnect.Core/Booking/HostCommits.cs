using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>The record of asking the Host to book; the intent id is the idempotency key there, so there is one per intent.</summary>
public static class HostCommits
{
    public static string OperationId(Guid intentId) => $"{intentId}:host_commit";

    /// <summary>Moves the intent to <c>host_commit_pending</c> and writes down that the Host will be asked.</summary>
    public static async Task BeginAsync(UnitOfWork unit, BookingIntent intent, string actor, string reason, DateTimeOffset now)
    {
        await BookingIntents.MoveAsync(unit, intent.Id, intent.Status, BookingIntentStatus.HostCommitPending, actor, reason, now);
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.provider_operations (operation_id, provider, kind, booking_intent_id, started_at)
            VALUES (@OperationId, 'host_connect', 'host_commit', @Id, @now)
            ON CONFLICT (operation_id) DO UPDATE
            SET state = 'started',
                finished_at = NULL
            """,
            new { OperationId = OperationId(intent.Id), intent.Id, now });
    }

    /// <summary>Keeps what a try came to.</summary>
    /// <param name="state"><c>done</c>, <c>refused</c>, <c>not_sent</c> or <c>unknown</c>.</param>
    public static Task RecordAsync(
        UnitOfWork unit, Guid intentId, string state, string? errorCode, Guid? hostBookingId, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.provider_operations
            SET state = @state,
                tries = tries + 1,
                error_code = @errorCode,
                provider_reference = coalesce(@hostBookingId, provider_reference),
                finished_at = @now
            WHERE operation_id = @OperationId
            """,
            new { OperationId = OperationId(intentId), state, errorCode, hostBookingId = hostBookingId?.ToString(), now });
}
