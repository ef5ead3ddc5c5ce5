using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Events;

/// <summary>
/// <c>reserve.events</c> as a queue: an event is leased to who takes it, and comes back when that one has not said in time
/// what came of it.
/// </summary>
public sealed class EventQueue(ReserveDatabase database, TimeProvider clock, IOptions<EventOptions> options, ILogger<EventQueue> log)
{
    /// <summary>Takes the oldest events that wait.</summary>
    /// <param name="lanes">Which of them.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="lease">How long they are nobody else's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyList<StoredEvent>> TakeAsync(EventLanes lanes, int most, TimeSpan lease, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var leasedUntil = now + lease;
        await using var connection = await database.OpenAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(
            $"""
            UPDATE reserve.events e
            SET attempts = e.attempts + 1,
                available_at = @leasedUntil
            FROM (
                SELECT id
                FROM reserve.events
                WHERE processed_at IS NULL
                  AND dead_lettered_at IS NULL
                  AND available_at <= @now
                  AND {EventLane.Where(lanes)}
                ORDER BY available_at, sequence
                LIMIT @most
                FOR UPDATE SKIP LOCKED) waiting
            WHERE e.id = waiting.id
            RETURNING e.sequence, e.id, e.event_type, e.aggregate_type, e.aggregate_id, e.payload, e.created_at, e.attempts
            """,
            new { now, leasedUntil, most });
        return [.. rows.OrderBy(r => r.Sequence).Select(r => r.Stored with { LeasedUntil = leasedUntil })];
    }

    /// <summary>Takes an event up that somebody else has taken and passed on, if it still waits to be handled.</summary>
    /// <param name="id">The event.</param>
    /// <param name="lease">How long from now nobody passes it on again.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<StoredEvent?> TakeUpAsync(Guid id, TimeSpan lease, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            """
            UPDATE reserve.events
            SET available_at = @until
            WHERE id = @id
              AND processed_at IS NULL
              AND dead_lettered_at IS NULL
            RETURNING sequence, id, event_type, aggregate_type, aggregate_id, payload, created_at, attempts
            """,
            new { id, until = clock.GetUtcNow() + lease });
        return row?.Stored;
    }

    /// <summary>They are nobody else's for that long from now, but for those of which something has been said since.</summary>
    public async Task ExtendAsync(IReadOnlyList<StoredEvent> batch, TimeSpan lease, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.events
            SET available_at = @until
            WHERE id = ANY(@ids)
              AND processed_at IS NULL
              AND available_at = @LeasedUntil
            """,
            new { ids = Ids(batch), batch[0].LeasedUntil, until = clock.GetUtcNow() + lease });
    }

    /// <summary>They could not be passed on, or their handling was interrupted: no fault of theirs, so the attempt does not count.</summary>
    public async Task GiveBackAsync(IReadOnlyList<StoredEvent> batch, TimeSpan after, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.events
            SET attempts = attempts - 1,
                available_at = @again
            WHERE id = ANY(@ids)
              AND processed_at IS NULL
              AND available_at = @LeasedUntil
            """,
            new { ids = Ids(batch), batch[0].LeasedUntil, again = clock.GetUtcNow() + after });
    }

    /// <summary>They were handled; nobody takes them again.</summary>
    public async Task MarkDoneAsync(Guid[] ids, CancellationToken cancellation)
    {
        if (ids.Length == 0)
        {
            return;
        }

        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.events
            SET processed_at = @now,
                last_error = NULL
            WHERE id = ANY(@ids)
              AND dead_lettered_at IS NULL
            """,
            new { ids, now = clock.GetUtcNow() });
    }

    /// <summary>
    /// It comes again after a back-off, or, after too many attempts, is set aside and raised as an exception. Says nothing of
    /// an event that was handled meanwhile, or that has begun another attempt.
    /// </summary>
    public async Task MarkFailedAsync(StoredEvent stored, Exception reason, CancellationToken cancellation)
    {
        var isDead = stored.Attempts >= options.Value.MaxAttempts;
        log.Log(reason is EventTooEarlyException && !isDead ? LogLevel.Debug : LogLevel.Error, reason, "Event {EventId} of type {EventType} failed at attempt {Attempt}", stored.Id, stored.EventType, stored.Attempts);
        var isSetAside = await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var changed = await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.events
                    SET available_at = @again,
                        dead_lettered_at = CASE WHEN @isDead THEN @now END,
                        last_error = @error
                    WHERE id = @Id
                      AND attempts = @Attempts
                      AND processed_at IS NULL
                      AND dead_lettered_at IS NULL
                    """,
                    new { stored.Id, stored.Attempts, again = now + Backoff(stored.Attempts), isDead, now, error = reason.GetType().Name });
                if (isDead && changed == 1)
                {
                    await Exceptions.RaiseAsync(
                        unit,
                        new($"event_dead:{stored.Id}", "event_dead_lettered", "critical", "An event could not be processed", now + options.Value.MaxBackoff)
                        {
                            Context = new { stored.EventType, stored.AggregateType, stored.AggregateId },
                        },
                        now);
                }

                return isDead && changed == 1;
            },
            cancellation);
        // Once it is committed: an alert counts on it.
        if (isSetAside)
        {
            log.LogCritical("Event {EventId} of type {EventType} is set aside after {Attempt} attempts", stored.Id, stored.EventType, stored.Attempts);
        }
    }

    private static Guid[] Ids(IReadOnlyList<StoredEvent> batch) => [.. batch.Select(e => e.Id)];

    private TimeSpan Backoff(int attempts)
    {
        var wait = options.Value.FirstBackoff * Math.Pow(2, Math.Min(attempts - 1, 20));
        return wait < options.Value.MaxBackoff ? wait : options.Value.MaxBackoff;
    }

    private sealed record Row(
        long Sequence, Guid Id, string EventType, string AggregateType, Guid AggregateId, string Payload, DateTimeOffset CreatedAt, int Attempts)
    {
        public StoredEvent Stored => new(Id, EventType, AggregateType, AggregateId, JsonElement.Parse(Payload), CreatedAt, Attempts);
    }
}
