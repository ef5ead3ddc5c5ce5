using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Support;

/// <summary>Trouble that no rule can settle: a row that a person closes by <see cref="DueAt"/> (roadmap, exception queue).</summary>
/// <param name="Key">The same trouble raised again under the same key stays one row.</param>
/// <param name="Type"><c>host_booking_failed</c>, <c>payment_amount_mismatch</c>, <c>refund_failed</c>, ...</param>
/// <param name="Severity">critical, high, medium, low.</param>
/// <param name="Title">A sentence without personal data.</param>
/// <param name="DueAt">UTC instant.</param>
public sealed record TroubleReport(string Key, string Type, string Severity, string Title, DateTimeOffset DueAt)
{
    public Guid? BookingIntentId { get; init; }

    public Guid? ReservationId { get; init; }

    public Guid? PropertyId { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>Ids and figures that an agent needs; of <c>refund_approval</c> also the words of whoever ordered it, which export and erasure know.</summary>
    public object Context { get; init; } = new { };
}

/// <summary>The exception queue's way in and its automatic way out.</summary>
public static class Exceptions
{
    /// <summary>Raises the trouble once and announces it as <c>exception.raised</c>.</summary>
    public static async Task RaiseAsync(UnitOfWork unit, TroubleReport trouble, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var raised = await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.exceptions
                (id, exception_key, exception_type, severity, reservation_id, booking_intent_id, property_id, title,
                 error_message, error_code, context, due_at, created_at, updated_at)
            VALUES (@id, @Key, @Type, @Severity, @ReservationId, @BookingIntentId, @PropertyId, @Title,
                    @ErrorMessage, @ErrorCode, @Context::jsonb, @DueAt, @now, @now)
            ON CONFLICT (exception_key) DO NOTHING
            """,
            new
            {
                id,
                trouble.Key,
                trouble.Type,
                trouble.Severity,
                trouble.ReservationId,
                trouble.BookingIntentId,
                trouble.PropertyId,
                trouble.Title,
                trouble.ErrorMessage,
                trouble.ErrorCode,
                Context = JsonSerializer.Serialize(trouble.Context, EventJson.Options),
                trouble.DueAt,
                now,
            });
        if (raised == 1)
        {
            await Outbox.AppendAsync(unit, "exception.raised", "exception", id, new { trouble.Type, trouble.Severity }, now);
        }
    }

    /// <summary>Closes trouble that has settled itself, if it is still open.</summary>
    public static Task ResolveAsync(UnitOfWork unit, string key, string action, DateTimeOffset now) =>
        ResolveAsync(unit, "exception_key = @key", new { key }, action, now);

    /// <summary>Closes whatever of several troubles is still open.</summary>
    public static Task ResolveAsync(UnitOfWork unit, IReadOnlyList<string> keys, string action, DateTimeOffset now) =>
        ResolveAsync(unit, "exception_key = ANY(@keys)", new { keys = keys.ToArray() }, action, now);

    /// <summary>Closes one that was settled by what a person decided, if it is still open.</summary>
    public static Task ResolveAsync(UnitOfWork unit, Guid id, string action, DateTimeOffset now) =>
        ResolveAsync(unit, "id = @id", new { id }, action, now);

    /// <summary>Closes all trouble of one type that an intent still has open.</summary>
    public static Task ResolveAllAsync(UnitOfWork unit, Guid intentId, string type, string action, DateTimeOffset now) =>
        ResolveAsync(unit, "booking_intent_id = @intentId AND exception_type = @type", new { intentId, type }, action, now);

    private static async Task ResolveAsync(UnitOfWork unit, string which, object values, string action, DateTimeOffset now)
    {
        var open = await unit.Connection.QueryAsync<(Guid Id, string Status, string Actor)>(
            $"""
            SELECT id, status, coalesce(decided_actor, 'system')
            FROM reserve.exceptions
            WHERE {which}
              AND status IN ('open', 'in_progress')
            ORDER BY id
            FOR UPDATE
            """,
            values);
        foreach (var exception in open)
        {
            await unit.Connection.ExecuteAsync(
                """
                SELECT reserve.transition_exception(@Id, @Status, 'resolved', @Actor, @action, @now);

                UPDATE reserve.exceptions
                SET resolution_action = @action,
                    resolved_at = @now,
                    resolved_by = decided_by
                WHERE id = @Id
                """,
                new { exception.Id, exception.Status, exception.Actor, action, now });
        }
    }
}
