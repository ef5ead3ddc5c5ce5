using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>The rows of <c>host_marks</c>: up to which version of the Host everything of a kind is here.</summary>
internal static class HostMarks
{
    /// <summary>Null: everything is to be read.</summary>
    public static Task<long?> FindAsync(NpgsqlConnection connection, Guid cityId, SyncKind kind) =>
        connection.QuerySingleOrDefaultAsync<long?>(
            """
            SELECT version
            FROM reserve.host_marks
            WHERE city_id = @cityId
              AND job_type = @Type
            """,
            new { cityId, Type = kind.JobType() });

    /// <summary>
    /// Everything up to <paramref name="version"/> is here. After everything was read the version is the Host's word, even a
    /// lower one than before; changes alone never make up for a reading of everything that is due.
    /// </summary>
    /// <param name="isWhole">Whether everything was read.</param>
    /// <param name="at">When the reading began.</param>
    public static Task SetAsync(UnitOfWork unit, Guid cityId, SyncKind kind, long? version, bool isWhole, DateTimeOffset at) =>
        unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.host_marks AS m (city_id, job_type, version, confirmed_at)
            VALUES (@cityId, @Type, @version, @at)
            ON CONFLICT (city_id, job_type) DO UPDATE
            SET version = CASE
                    WHEN @isWhole THEN excluded.version
                    WHEN m.version IS NOT NULL THEN GREATEST(m.version, excluded.version)
                END,
                confirmed_at = GREATEST(m.confirmed_at, excluded.confirmed_at)
            """,
            new { cityId, Type = kind.JobType(), version, isWhole, at });

    /// <summary>The next jobs read every property and room type again.</summary>
    public static Task ReadCatalogueAnewAsync(UnitOfWork unit) =>
        unit.Connection.ExecuteAsync("UPDATE reserve.host_marks SET version = NULL WHERE job_type IN ('property_sync', 'room_type_sync')");
}
