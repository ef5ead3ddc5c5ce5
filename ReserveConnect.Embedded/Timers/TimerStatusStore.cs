using Npgsql;

namespace ReserveConnect.Embedded.Timers;

/// <summary>What is kept of a timer. Times are UTC.</summary>
/// <param name="LastRun">When it last ran to its end; null before the first time.</param>
/// <param name="UpdatedAt">When this was written.</param>
internal sealed record TimerStatus(DateTime? LastRun, DateTime UpdatedAt);

/// <summary>Keeps the last run of each timer in PostgreSQL, so that a run missed while the host was down is noticed.</summary>
internal sealed class TimerStatusStore(EmbeddedTimerOptions options) : IAsyncDisposable
{
    // Any number that nothing else in this database locks: "timers" in ASCII.
    private const long SetupLock = 0x74696D657273;

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.ConnectionString)
    {
        CommandTimeout = options.CommandTimeoutSeconds,
        MaxPoolSize = 4,
        MinPoolSize = 0,
    });

    /// <summary>Creates the table if it is not there; two hosts that start at once do not collide.</summary>
    public async Task SetUpAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT pg_advisory_xact_lock({SetupLock});
            DO $$
            BEGIN
                -- Where it was made for this host's login, that login need not be able to make one.
                IF to_regnamespace('durable') IS NULL THEN
                    CREATE SCHEMA IF NOT EXISTS durable;
                END IF;
            END $$;
            CREATE TABLE IF NOT EXISTS durable.timer_status (
                name text PRIMARY KEY,
                last_run timestamptz,
                updated_at timestamptz NOT NULL
            );
            """,
            connection,
            transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>What is kept of the timer; a timer seen for the first time is noted as of now.</summary>
    public async Task<TimerStatus> ReadAsync(string name, DateTime now, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            """
            INSERT INTO durable.timer_status AS kept (name, updated_at)
            VALUES (@name, @now)
            ON CONFLICT (name) DO UPDATE SET name = kept.name
            RETURNING last_run, updated_at
            """);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("now", now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new TimerStatus(reader.IsDBNull(0) ? null : reader.GetDateTime(0), reader.GetDateTime(1));
    }

    /// <summary>Keeps a run that ended.</summary>
    public async Task WriteAsync(string name, DateTime lastRun, DateTime now, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            """
            UPDATE durable.timer_status
            SET last_run = @last_run, updated_at = @now
            WHERE name = @name
            """);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("last_run", lastRun);
        command.Parameters.AddWithValue("now", now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
