using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Npgsql;
using ReserveConnect.Embedded.Durable.Execution;

namespace ReserveConnect.Embedded.Durable;

/// <summary>Answers questions about instances from their rows.</summary>
internal sealed class InstanceQueries(NpgsqlDataSource database, string schema, DataConverter converter)
{
    /// <summary>Something may have happened to an instance since its row last changed: its journal knows.</summary>
    private string Columns(bool payloads) => $"""
        i.instance_id, i.name, i.status, i.created_at,
        greatest(i.updated_at, (
            SELECT j.at
            FROM {schema}.journal AS j
            WHERE j.execution = i.execution
            ORDER BY j.id DESC
            LIMIT 1)),
        i.tags, i.failure{(payloads ? ", i.input, i.output, i.custom_status" : "")}
        """;

    public async Task<OrchestrationMetadata?> FindAsync(string instanceId, bool payloads, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns(payloads)}
            FROM {schema}.instances AS i
            WHERE i.instance_id = $1
            """);
        command.Parameters.AddWithValue(instanceId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Metadata(reader, payloads) : null;
    }

    /// <summary>One page, by time of creation and id. The token is where the last page ended.</summary>
    public async Task<Page<OrchestrationMetadata>> PageAsync(
        OrchestrationQuery query, string? token, int size, CancellationToken cancellation)
    {
        var (afterInstant, afterId) = Continuation.Read(token);
        await using var command = database.CreateCommand($"""
            SELECT {Columns(query.FetchInputsAndOutputs)}
            FROM {schema}.instances AS i
            WHERE (i.created_at, i.instance_id) > (@after_instant, @after_id)
              AND (@from::timestamptz IS NULL OR i.created_at >= @from)
              AND (@to::timestamptz IS NULL OR i.created_at <= @to)
              AND (@statuses::smallint[] IS NULL OR i.status = ANY (@statuses))
              AND (@prefix::text IS NULL OR starts_with(i.instance_id, @prefix))
            ORDER BY i.created_at, i.instance_id
            LIMIT @size
            """);
        command.Parameters.AddWithValue("after_instant", afterInstant);
        command.Parameters.AddWithValue("after_id", afterId);
        InstanceFilter.Add(command, query.CreatedFrom, query.CreatedTo, query.Statuses);
        command.Parameters.AddWithValue("prefix", NpgsqlTypes.NpgsqlDbType.Text, query.InstanceIdPrefix ?? (object)DBNull.Value);
        command.Parameters.AddWithValue("size", size);
        var found = new List<OrchestrationMetadata>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(Metadata(reader, query.FetchInputsAndOutputs));

        return new(found, found.Count < size ? null : Continuation.Write(found[^1]));
    }

    private OrchestrationMetadata Metadata(NpgsqlDataReader reader, bool payloads) => new(reader.GetString(1), reader.GetString(0))
    {
        RuntimeStatus = (OrchestrationRuntimeStatus)reader.GetInt16(2),
        CreatedAt = reader.GetDateTime(3),
        LastUpdatedAt = reader.GetDateTime(4),
        Tags = Text(reader, 5) is { } tags ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)! : [],
        FailureDetails = Text(reader, 6) is { } failure ? Failures.Read(failure) : null,
        DataConverter = payloads ? converter : null,
        SerializedInput = payloads ? Text(reader, 7) : null,
        SerializedOutput = payloads ? Text(reader, 8) : null,
        SerializedCustomStatus = payloads ? Text(reader, 9) : null,
    };

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>Where a page ended, as opaque text.</summary>
    private static class Continuation
    {
        public static (DateTime Instant, string Id) Read(string? token)
        {
            if (token is null)
                return (DateTime.UnixEpoch, "");

            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split('\n', 2);
            return (new(long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc), parts[1]);
        }

        public static string Write(OrchestrationMetadata last) =>
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{last.CreatedAt.UtcTicks}\n{last.InstanceId}"));
    }
}
