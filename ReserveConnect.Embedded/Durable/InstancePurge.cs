using Microsoft.DurableTask.Client;
using Npgsql;

namespace ReserveConnect.Embedded.Durable;

/// <summary>Removes ended instances with their journals, children too if asked, a bounded number per statement.</summary>
internal sealed class InstancePurge(NpgsqlDataSource database, string schema)
{
    private const int PerStatement = 1_000;

    /// <summary>One instance, if it has ended.</summary>
    public async Task<int> OneAsync(string instanceId, bool recursive, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql("WHERE instance_id = @id", recursive));
        command.Parameters.AddWithValue("id", instanceId);
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>All ended instances that match.</summary>
    public async Task<int> AllAsync(PurgeInstancesFilter filter, bool recursive, CancellationToken cancellation)
    {
        for (var purged = 0; ;)
        {
            await using var command = database.CreateCommand(Sql(
                """
                WHERE (@from::timestamptz IS NULL OR created_at >= @from)
                  AND (@to::timestamptz IS NULL OR created_at <= @to)
                  AND (@statuses::smallint[] IS NULL OR status = ANY (@statuses))
                """,
                recursive));
            InstanceFilter.Add(command, filter.CreatedFrom, filter.CreatedTo, filter.Statuses);
            var count = Convert.ToInt32(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture);
            purged += count;
            if (count == 0)
                return purged;
        }
    }

    private string Sql(string where, bool recursive) => $"""
        WITH RECURSIVE chosen AS (
            SELECT execution
            FROM {schema}.instances
            {where}
              AND status IN (1, 3, 5)
            LIMIT {PerStatement}
        ), doomed AS (
            SELECT execution
            FROM chosen
            UNION
            SELECT child.execution
            FROM {schema}.instances AS child
            JOIN doomed ON child.parent_execution = doomed.execution
            WHERE child.status IN (1, 3, 5)
              AND {(recursive ? "true" : "false")}
        ), purged AS (
            DELETE FROM {schema}.instances
            WHERE execution IN (SELECT execution FROM doomed)
            RETURNING execution
        ), journals AS (
            DELETE FROM {schema}.journal
            WHERE execution IN (SELECT execution FROM doomed)
        )
        SELECT count(*)
        FROM purged
        """;
}
