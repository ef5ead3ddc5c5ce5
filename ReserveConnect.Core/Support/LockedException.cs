using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Support;

/// <summary>An exception that a transaction has in hand.</summary>
/// <param name="Decision">JSON of what was ordered; null: nothing.</param>
internal sealed record LockedException(
    Guid Id, string ExceptionType, string Status, Guid? BookingIntentId, Guid? ReservationId, Guid? PropertyId, Guid? AssignedTo, DateTimeOffset? AssignedAt,
    string Context, string? Decision, Guid? DecidedBy, string? DecidedActor, string? ResolutionAction, DateTimeOffset? ResolvedAt, Guid? ResolvedBy)
{
    public static Refusal NotFound => Refusal.NotFound("exception_not_found", "There is no such exception.");

    public bool IsClosed => Status is "resolved" or "dismissed";

    public static Task<LockedException?> FindAsync(UnitOfWork unit, Guid id) =>
        unit.Connection.QuerySingleOrDefaultAsync<LockedException>(
            """
            SELECT id, exception_type, status, booking_intent_id, reservation_id, property_id, assigned_to, assigned_at, context::text AS context,
                   decision::text AS decision, decided_by, decided_actor, resolution_action, resolved_at, resolved_by
            FROM reserve.exceptions
            WHERE id = @id
            FOR UPDATE
            """,
            new { id });

    /// <summary>What to say to somebody who comes when it is over.</summary>
    public Refusal Closed => Refusal.Conflict("exception_closed", $"This exception is {Status} already.")
        with { Extensions = new Dictionary<string, object?> { ["resolution_action"] = ResolutionAction, ["resolved_at"] = ResolvedAt } };

    /// <summary>What to say to whoever comes while somebody else has it.</summary>
    public Refusal Taken => Refusal.Conflict("exception_taken", "Somebody else has this exception.")
        with { Extensions = new Dictionary<string, object?> { ["assigned_to"] = AssignedTo, ["taken_since"] = AssignedAt } };

    /// <summary>Gives it to an account, or to nobody, and writes that down.</summary>
    public async Task GiveAsync(UnitOfWork unit, Guid? to, Actor actor, DateTimeOffset now)
    {
        var status = to is null ? "open" : "in_progress";
        if (status != Status)
        {
            await MoveAsync(unit, status, actor, to is null ? "given back" : "taken", now);
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions
            SET assigned_to = @to,
                assigned_at = CASE WHEN @to::uuid IS NOT NULL THEN @now END,
                updated_at = @now
            WHERE id = @Id
            """,
            new { Id, to, now });
        await AuditLog.WriteAsync(unit, "exception", Id, "assigned", new { AssignedTo }, new { AssignedTo = to }, null, actor.Name, now);
    }

    public async Task MoveAsync(UnitOfWork unit, string to, Actor actor, string reason, DateTimeOffset now)
    {
        if (!await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_exception(@Id, @Status, @to, @Actor, @reason, @now)", new { Id, Status, to, Actor = actor.Name, reason, now }))
        {
            throw new InvalidOperationException($"exception {Id} is no longer {Status}");
        }
    }
}
