using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Booking;

/// <summary>The record of asking the Host to book; the intent id is the idempotency key there, so there is one per intent.</summary>
public static class HostCommits
{
    /// <summary>The event of a booking that waits for a Host that is down.</summary>
    internal const string Waits = "booking.waits_for_host";

    public static string OperationId(Guid intentId) => $"{intentId}:host_commit";

    /// <summary>Moves the intent to <c>host_commit_pending</c> and writes down that the Host will be asked.</summary>
    public static Task BeginAsync(UnitOfWork unit, BookingIntent intent, string actor, string reason, DateTimeOffset now) =>
        unit.SendAsync(Begin(intent, actor, reason, now));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="BeginAsync"/>
    public static IReadOnlyList<Statement?> Begin(BookingIntent intent, string actor, string reason, DateTimeOffset now) =>
        [
            BookingIntents.Move(intent.Id, intent.Status, BookingIntentStatus.HostCommitPending, actor, reason, now),
            new(
                """
                INSERT INTO reserve.provider_operations (operation_id, provider, kind, booking_intent_id, started_at)
                VALUES (@OperationId, 'host_connect', 'host_commit', @Id, @now)
                ON CONFLICT (operation_id) DO UPDATE
                SET state = 'started',
                    started_at = @now,
                    finished_at = NULL
                """,
                new { OperationId = OperationId(intent.Id), intent.Id, now }),
            intent.HostQueuedAt is null ? null : new("UPDATE reserve.booking_intents SET host_queued_at = NULL WHERE id = @Id", new { intent.Id }),
        ];

    /// <summary>Lets the booking wait for a Host that is down, and tells its guest once, unless it has waited for too long.</summary>
    /// <param name="unit">Where.</param>
    /// <param name="intent">In <c>host_commit_pending</c>.</param>
    /// <param name="most">How long, from when the Host was first to be asked.</param>
    /// <param name="now">UTC instant.</param>
    /// <returns>Whether it waits on.</returns>
    public static async Task<bool> QueueAsync(UnitOfWork unit, BookingIntent intent, TimeSpan most, DateTimeOffset now)
    {
        var firstAsked = await unit.Connection.ExecuteScalarAsync<DateTimeOffset>(
            "SELECT started_at FROM reserve.provider_operations WHERE operation_id = @OperationId", new { OperationId = OperationId(intent.Id) });
        var until = firstAsked + most;
        if (until <= now)
        {
            return false;
        }

        var isFirst = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_intents
            SET host_queued_at = @now
            WHERE id = @Id
              AND status = 'host_commit_pending'
              AND host_queued_at IS NULL
            """,
            new { intent.Id, now });
        if (isFirst == 1)
        {
            await Outbox.AppendAsync(
                unit, Waits, "booking_intent", intent.Id, new { intent.PropertyId, intent.CheckIn, until }, now);
        }

        return true;
    }

    /// <summary>Writes down, before the Host is asked, that a change is to be undone there; asked again, one row counts the tries.</summary>
    public static Task NoteUndoAsync(UnitOfWork unit, Guid changeId, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.provider_operations (operation_id, provider, kind, booking_intent_id, tries, started_at)
            VALUES (@OperationId, 'host_connect', 'host_undo', @changeId, 1, @now)
            ON CONFLICT (operation_id) DO UPDATE
            SET tries = provider_operations.tries + 1
            """,
            new { OperationId = $"{changeId}:host_undo", changeId, now });

    /// <summary>Keeps what a try came to.</summary>
    /// <param name="state"><c>done</c>, <c>refused</c>, <c>not_sent</c> or <c>unknown</c>.</param>
    public static Task RecordAsync(
        UnitOfWork unit, Guid intentId, string state, string? errorCode, Guid? hostBookingId, DateTimeOffset now) =>
        unit.SendAsync(Record(intentId, state, errorCode, hostBookingId, now));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="RecordAsync"/>
    public static Statement Record(Guid intentId, string state, string? errorCode, Guid? hostBookingId, DateTimeOffset now) =>
        new(
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
