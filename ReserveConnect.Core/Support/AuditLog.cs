using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Support;

/// <summary>Writes down what changed and is no move of a status: those the transition functions write themselves.</summary>
public static class AuditLog
{
    /// <summary>One row, in the transaction that makes the change. No personal data goes into it: ids, roles, figures.</summary>
    /// <param name="entityType"><c>account</c>, <c>property</c>, ...</param>
    /// <param name="action">What was done, a verb.</param>
    /// <param name="before">What it was; null when there was nothing.</param>
    /// <param name="after">What it is; null when there is nothing any more.</param>
    /// <param name="actor">Who, when no request says it.</param>
    public static Task WriteAsync(
        UnitOfWork unit, string entityType, Guid entityId, string action, object? before, object? after, string? reason, string actor, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            "SELECT reserve.audit(@entityType, @entityId, @action, @before::jsonb, @after::jsonb, @reason, @actor, @now)",
            new { entityType, entityId, action, before = Json(before), after = Json(after), reason, actor, now });

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, EventJson.Options);
}
