using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Events;

/// <summary>
/// Hands the events of the outbox to their handlers, in this process. Several dispatchers share the work: an event is
/// leased to one of them, and comes back when that one dies.
/// </summary>
public sealed class EventDispatcher(
    ReserveDatabase database,
    EventBell bell,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    IOptions<EventOptions> options,
    ILogger<EventDispatcher> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.DispatchInProcess
        ? Task.WhenAll(Enumerable.Range(0, options.Value.Dispatchers).Select(_ => DispatchAllAsync(stoppingToken)))
        : Task.CompletedTask;

    private async Task DispatchAllAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await DispatchAsync(stoppingToken) == options.Value.BatchSize)
                {
                    // A full batch means that more may wait.
                }

                await bell.WaitAsync(options.Value.PollInterval, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "Events could not be dispatched; trying again in {Wait}", options.Value.PollInterval);
                await Task.Delay(options.Value.PollInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes one batch, handles it and notes what came of it.</summary>
    /// <returns>How many events were taken.</returns>
    public async Task<int> DispatchAsync(CancellationToken cancellation)
    {
        var taken = await TakeAsync(cancellation);
        if (taken.Count == 0)
        {
            return 0;
        }

        var failures = new System.Collections.Concurrent.ConcurrentBag<(StoredEvent Event, Exception Reason)>();
        await Parallel.ForEachAsync(
            taken,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellation },
            async (stored, ct) =>
            {
                try
                {
                    await HandleAsync(stored, ct);
                }
                catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    failures.Add((stored, e));
                }
            });
        var failed = failures.Select(f => f.Event.Id).ToHashSet();
        await MarkDoneAsync([.. taken.Select(e => e.Id).Where(id => !failed.Contains(id))], cancellation);
        foreach (var (stored, reason) in failures)
        {
            await MarkFailedAsync(stored, reason, cancellation);
        }

        return taken.Count;
    }

    private async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        foreach (var handler in scope.ServiceProvider.GetServices<IEventHandler>())
        {
            if (handler.EventTypes.Contains(stored.EventType))
            {
                await handler.HandleAsync(stored, cancellation);
            }
        }
    }

    private async Task<IReadOnlyList<StoredEvent>> TakeAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(
            """
            UPDATE reserve.events e
            SET attempts = e.attempts + 1,
                available_at = @leasedUntil
            FROM (
                SELECT id
                FROM reserve.events
                WHERE processed_at IS NULL
                  AND dead_lettered_at IS NULL
                  AND available_at <= @now
                ORDER BY available_at, sequence
                LIMIT @BatchSize
                FOR UPDATE SKIP LOCKED) waiting
            WHERE e.id = waiting.id
            RETURNING e.sequence, e.id, e.event_type, e.aggregate_type, e.aggregate_id, e.payload, e.created_at, e.attempts
            """,
            new { now, leasedUntil = now + options.Value.Lease, options.Value.BatchSize });
        return
        [
            .. rows.OrderBy(r => r.Sequence).Select(r => new StoredEvent(
                r.Id, r.EventType, r.AggregateType, r.AggregateId, JsonElement.Parse(r.Payload), r.CreatedAt, r.Attempts)),
        ];
    }

    private async Task MarkDoneAsync(Guid[] ids, CancellationToken cancellation)
    {
        if (ids.Length == 0)
        {
            return;
        }

        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            "UPDATE reserve.events SET processed_at = @now, last_error = NULL WHERE id = ANY(@ids)", new { ids, now = clock.GetUtcNow() });
    }

    private async Task MarkFailedAsync(StoredEvent stored, Exception reason, CancellationToken cancellation)
    {
        var isDead = stored.Attempts >= options.Value.MaxAttempts;
        log.LogError(reason, "Event {EventId} of type {EventType} failed at attempt {Attempt}", stored.Id, stored.EventType, stored.Attempts);
        await database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.events
                    SET available_at = @again,
                        dead_lettered_at = CASE WHEN @isDead THEN @now END,
                        last_error = @error
                    WHERE id = @Id
                    """,
                    new { stored.Id, again = now + Backoff(stored.Attempts), isDead, now, error = reason.GetType().Name });
                if (isDead)
                {
                    await Exceptions.RaiseAsync(
                        unit,
                        new($"event_dead:{stored.Id}", "event_dead_lettered", "critical", "An event could not be processed", now + options.Value.MaxBackoff)
                        {
                            Context = new { stored.EventType, stored.AggregateType, stored.AggregateId },
                        },
                        now);
                }
            },
            cancellation);
    }

    private TimeSpan Backoff(int attempts)
    {
        var wait = options.Value.FirstBackoff * Math.Pow(2, Math.Min(attempts - 1, 20));
        return wait < options.Value.MaxBackoff ? wait : options.Value.MaxBackoff;
    }

    private sealed record Row(
        long Sequence, Guid Id, string EventType, string AggregateType, Guid AggregateId, string Payload, DateTimeOffset CreatedAt, int Attempts);
}
