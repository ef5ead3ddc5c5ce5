using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A row of <c>sync_jobs</c>, as staff see it.</summary>
/// <param name="JobType"><c>property_sync</c>, <c>room_type_sync</c>, <c>availability_sync</c> or <c>single_property_sync</c>.</param>
/// <param name="City">The city's slug.</param>
/// <param name="HostPropertyId">Of a single property: as the Host knows it.</param>
/// <param name="Status"><c>running</c>, <c>completed</c> or <c>failed</c>.</param>
/// <param name="IsFull">Whether everything is read, not only changes.</param>
/// <param name="ErrorMessage">Why it failed, or a remark.</param>
public sealed record SyncJob(
    Guid Id, string JobType, string? City, Guid? PropertyId, Guid? HostPropertyId, string Status, bool IsFull, string? ErrorMessage,
    int RecordsProcessed, int RecordsFailed, long? HostVersion, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt);

/// <summary>A page of them, the latest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record SyncJobPage(IReadOnlyList<SyncJob> Items, string? Next);

/// <summary>Reads the sync jobs, for staff.</summary>
public sealed class SyncJobList(ReserveDatabase database)
{
    /// <summary>A page. Refusal: <c>invalid_cursor</c>.</summary>
    /// <param name="city">Only of this city; null for all.</param>
    /// <param name="status">Only of this status; null for all.</param>
    public async Task<Outcome<SyncJobPage>> ListAsync(
        Actor actor, string? city, string? status, string? cursor, int limit, CancellationToken cancellation)
    {
        if (!TimeCursor.TryRead(cursor, out var beforeAt, out var beforeId))
        {
            return ListCursor.Invalid;
        }

        var rows = (await database.ReadAsync(
            actor,
            connection => connection.QueryAsync<SyncJob>(new CommandDefinition(
                """
                SELECT j.id, j.job_type, c.slug AS city, j.property_id, j.host_property_id, j.status, j.is_full, j.error_message,
                       j.records_processed, j.records_failed, j.host_version, j.started_at, j.completed_at
                FROM reserve.sync_jobs j
                LEFT JOIN reserve.cities c ON c.id = j.city_id
                WHERE (j.started_at, j.id) < (@beforeAt, @beforeId)
                  AND (@city::text IS NULL OR c.slug = @city)
                  AND (@status::text IS NULL OR j.status = @status)
                ORDER BY j.started_at DESC, j.id DESC
                LIMIT @Most
                """,
                new { beforeAt, beforeId, city, status, Most = limit + 1 },
                cancellationToken: cancellation)),
            cancellation)).AsList();
        var next = rows.Count > limit ? TimeCursor.Write(rows[limit - 1].StartedAt, rows[limit - 1].Id) : null;
        return new SyncJobPage([.. rows.Take(limit)], next);
    }
}
