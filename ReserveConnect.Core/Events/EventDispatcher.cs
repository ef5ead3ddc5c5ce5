using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Events;

/// <summary>
/// Hands the events of the outbox to their handlers, in this process. Several dispatchers share the work: an event is
/// leased to one of them, and comes back when that one dies.
/// </summary>
public sealed class EventDispatcher(
    EventQueue queue,
    EventHandling handling,
    EventBell bell,
    TimeProvider clock,
    IOptions<EventOptions> options,
    ILogger<EventDispatcher> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.DispatchInProcess
        ? Task.WhenAll(Enumerable.Range(0, options.Value.Dispatchers).Select(_ => OutboxLoop.RunAsync(
            cancellation => DispatchAsync(null, cancellation), bell, clock, options.Value, log, stoppingToken)))
        : Task.CompletedTask;

    /// <summary>Takes one batch, handles it and notes what came of it.</summary>
    /// <param name="prepare">What the services of each event need before its handlers are made; null for the usual.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many events were taken.</returns>
    public async Task<int> DispatchAsync(EventPreparation? prepare, CancellationToken cancellation)
    {
        var taken = await queue.TakeAsync(options.Value.Lease, cancellation);
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
                    await handling.HandleAsync(stored, prepare, ct);
                }
                catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    failures.Add((stored, e));
                }
            });
        var failed = failures.Select(f => f.Event.Id).ToHashSet();
        await queue.MarkDoneAsync([.. taken.Select(e => e.Id).Where(id => !failed.Contains(id))], cancellation);
        foreach (var (stored, reason) in failures)
        {
            await queue.MarkFailedAsync(stored, reason, cancellation);
        }

        return taken.Count;
    }
}
