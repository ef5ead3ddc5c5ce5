using System.Text.Json;
using Dapper;
using Npgsql;

namespace ReserveConnect.Support;

/// <summary>An exception as staff see it, with all that an agent needs to settle it.</summary>
/// <param name="Severity">critical, high, medium, low.</param>
/// <param name="OwnerRole">The least role that settles this kind.</param>
/// <param name="Actions">What <c>resolve_exception</c> takes for this kind; none for one that is closed.</param>
/// <param name="ConfirmationCode">Of the reservation it is about, if there is one.</param>
/// <param name="Context">Ids and figures.</param>
/// <param name="DueAt">UTC instant by which somebody must have settled it.</param>
/// <param name="IsOverdue">Nobody has, by then.</param>
/// <param name="AssignedTo">The account that has it.</param>
/// <param name="PendingAction">What was ordered and is not done yet.</param>
/// <param name="ResolutionAction">What settled it.</param>
/// <param name="ResolvedBy">The account that did; missing where it settled itself.</param>
public sealed record ExceptionView(
    Guid Id, string Type, string Severity, string Status, string Title, string OwnerRole, IReadOnlyList<string> Actions, Guid? BookingIntentId,
    string? ConfirmationCode, Guid? PropertyId, string? PropertyName, string? ErrorCode, string? ErrorMessage, JsonElement Context,
    DateTimeOffset CreatedAt, DateTimeOffset DueAt, bool IsOverdue, Guid? AssignedTo, DateTimeOffset? AssignedAt, string? PendingAction,
    DateTimeOffset? DecidedAt, string? ResolutionAction, string? ResolutionNotes, DateTimeOffset? ResolvedAt, Guid? ResolvedBy);

/// <summary>Reads exceptions; <c>e</c> is the exception in what follows <see cref="Select"/>.</summary>
internal sealed record ExceptionRow(
    Guid Id, string ExceptionType, string Severity, string Status, string Title, Guid? BookingIntentId, string? ConfirmationCode, Guid? PropertyId,
    string? PropertyName, string? ErrorCode, string? ErrorMessage, string Context, DateTimeOffset CreatedAt, DateTimeOffset DueAt, Guid? AssignedTo,
    DateTimeOffset? AssignedAt, string? PendingAction, DateTimeOffset? DecidedAt, string? ResolutionAction, string? ResolutionNotes,
    DateTimeOffset? ResolvedAt, Guid? ResolvedBy)
{
    public const string Select =
        """
        SELECT e.id, e.exception_type, e.severity, e.status, e.title, e.booking_intent_id, r.confirmation_code, e.property_id, p.name AS property_name,
               e.error_code, e.error_message, e.context::text AS context, e.created_at, e.due_at, e.assigned_to, e.assigned_at,
               e.decision ->> 'action' AS pending_action, e.decided_at, e.resolution_action, e.resolution_notes, e.resolved_at, e.resolved_by
        FROM reserve.exceptions e
        LEFT JOIN reserve.properties_map p ON p.id = e.property_id
        LEFT JOIN reserve.booking_intents i ON i.id = e.booking_intent_id
        LEFT JOIN reserve.reservations r ON r.id = coalesce(e.reservation_id, i.modifies_reservation_id, i.reservation_id)
        """;

    public bool IsClosed => Status is "resolved" or "dismissed";

    public static async Task<ExceptionView?> FindAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now) =>
        (await connection.QuerySingleOrDefaultAsync<ExceptionRow>($"{Select} WHERE e.id = @id", new { id }))?.ToView(now);

    public ExceptionView ToView(DateTimeOffset now)
    {
        var type = TroubleTypes.Of(ExceptionType);
        return new(
            Id, ExceptionType, Severity, Status, Title, type.Owner.ToString().ToLowerInvariant(), IsClosed ? [] : [.. type.Actions.Select(action => action.Name)],
            BookingIntentId, ConfirmationCode, PropertyId, PropertyName, ErrorCode, ErrorMessage, JsonElement.Parse(Context), CreatedAt, DueAt,
            !IsClosed && DueAt < now, AssignedTo, AssignedAt, IsClosed ? null : PendingAction, DecidedAt, ResolutionAction, ResolutionNotes, ResolvedAt, ResolvedBy);
    }
}
