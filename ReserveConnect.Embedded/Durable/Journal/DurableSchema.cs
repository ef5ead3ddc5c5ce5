using Npgsql;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>The tables of the journal. The engine makes them itself: they belong to the host, not to the business.</summary>
internal static class DurableSchema
{
    /// <summary>What this code reads and writes.</summary>
    private const int Version = 1;

    /// <summary>
    /// Makes the schema if it is not there and counts this start. The caller holds the host lock, so nobody else does the same.
    /// </summary>
    /// <returns>The number of this start: record and execution numbers of a start are above all earlier ones.</returns>
    /// <exception cref="InvalidOperationException">The schema is of a later version than this code.</exception>
    public static async Task<long> PrepareAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, $"""
            DO $$
            BEGIN
                -- Where it was made for this host's login, that login need not be able to make one.
                IF to_regnamespace('{schema}') IS NULL THEN
                    CREATE SCHEMA IF NOT EXISTS {schema};
                END IF;
            END $$;
            CREATE TABLE IF NOT EXISTS {schema}.host (
                version int NOT NULL,
                starts bigint NOT NULL
            );
            INSERT INTO {schema}.host (version, starts)
            SELECT 0, 0
            WHERE NOT EXISTS (SELECT FROM {schema}.host);
            """, cancellation);

        await using var count = new NpgsqlCommand($"""
            UPDATE {schema}.host
            SET starts = starts + 1
            RETURNING version, starts
            """, connection);
        int found;
        long starts;
        await using (var reader = await count.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            found = reader.GetInt32(0);
            starts = reader.GetInt64(1);
        }

        if (found > Version)
            throw new InvalidOperationException($"schema {schema} has version {found}; this host knows version {Version}");

        if (found < 1)
            await ExecuteAsync(connection, FirstVersion(schema), cancellation);

        await transaction.CommitAsync(cancellation);
        return starts;
    }

    private static string FirstVersion(string schema) => $"""
        CREATE TABLE {schema}.instances (
            execution bigint PRIMARY KEY,
            instance_id text COLLATE "C" NOT NULL UNIQUE,
            name text NOT NULL,
            status smallint NOT NULL,
            created_at timestamptz NOT NULL,
            started_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            start_at timestamptz,
            input text,
            output text,
            custom_status text,
            failure text,
            tags text,
            parent_execution bigint,
            parent_id text,
            parent_name text,
            parent_task int,
            parked boolean NOT NULL,
            wake_at timestamptz
        );
        COMMENT ON TABLE {schema}.instances IS 'orchestration instances; status as OrchestrationRuntimeStatus';
        COMMENT ON COLUMN {schema}.instances.parked IS 'out of memory until wake_at or until addressed; else taken into memory at start';

        CREATE INDEX instances_created ON {schema}.instances (created_at, instance_id);
        CREATE INDEX instances_live ON {schema}.instances (execution) WHERE status IN (0, 6, 7) AND NOT parked;
        CREATE INDEX instances_wake ON {schema}.instances (wake_at, execution) WHERE status IN (0, 6, 7) AND parked AND wake_at IS NOT NULL;
        CREATE INDEX instances_parent ON {schema}.instances (parent_execution) WHERE parent_execution IS NOT NULL;

        CREATE TABLE {schema}.journal (
            execution bigint NOT NULL,
            id bigint NOT NULL,
            kind smallint NOT NULL,
            task int NOT NULL,
            name text,
            payload text,
            at timestamptz NOT NULL,
            PRIMARY KEY (execution, id)
        );
        COMMENT ON TABLE {schema}.journal IS 'what happened to an execution (kind below 20) and what its code did (20 and above)';

        UPDATE {schema}.host
        SET version = 1;
        """;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
