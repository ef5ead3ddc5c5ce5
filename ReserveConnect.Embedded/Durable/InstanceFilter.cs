using Microsoft.DurableTask.Client;
using Npgsql;
using NpgsqlTypes;

namespace ReserveConnect.Embedded.Durable;

/// <summary>The parameters @from, @to and @statuses, each null when it does not matter.</summary>
internal static class InstanceFilter
{
    public static void Add(
        NpgsqlCommand command, DateTimeOffset? from, DateTimeOffset? to, IEnumerable<OrchestrationRuntimeStatus>? statuses)
    {
        command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, from?.UtcDateTime ?? (object)DBNull.Value);
        command.Parameters.AddWithValue("to", NpgsqlDbType.TimestampTz, to?.UtcDateTime ?? (object)DBNull.Value);
        command.Parameters.AddWithValue(
            "statuses",
            NpgsqlDbType.Array | NpgsqlDbType.Smallint,
            statuses?.Select(status => (short)status).ToArray() ?? (object)DBNull.Value);
    }
}
