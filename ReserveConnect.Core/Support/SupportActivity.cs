using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Support;

/// <summary>What a member of the staff is about to do.</summary>
/// <param name="Type">The function's name.</param>
/// <param name="TargetType">What its route names; null when it names nothing.</param>
/// <param name="TargetId">Which one, as the route has it.</param>
/// <param name="Details">The method, and which parameters were given; never their values, which may be a guest's name.</param>
public sealed record StaffActivity(string Type, string? TargetType, string? TargetId, object Details);

/// <summary>The book of what staff do (design section 8).</summary>
public sealed class SupportActivity(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Writes an activity down before it is done.</summary>
    public Task RecordAsync(Guid? accountId, string actor, string requestId, StaffActivity activity, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return database.TransactAsync(
            unit => unit.Connection.ExecuteAsync(
                """
                INSERT INTO reserve.support_activity (id, agent_id, actor, activity_type, target_type, target_id, details, request_id, created_at)
                VALUES (@id, @accountId, @actor, @Type, @TargetType, @TargetId, @details::jsonb, @requestId, @now)
                """,
                new
                {
                    id = Guid.CreateVersion7(now),
                    accountId,
                    actor,
                    activity.Type,
                    activity.TargetType,
                    activity.TargetId,
                    details = JsonSerializer.Serialize(activity.Details, EventJson.Options),
                    requestId,
                    now,
                }),
            cancellation);
    }
}
