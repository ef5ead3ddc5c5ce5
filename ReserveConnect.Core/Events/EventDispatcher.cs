using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Events;

/// <summary>
/// Hands the events of the outbox to their handlers, in this process. An event is leased to one process, and comes back when that
/// one dies.
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
        ? Task.WhenAll(RunAsync(EventLanes.Own, options.Value.Parallelism, stoppingToken), RunAsync(EventLanes.Host, options.Value.HostParallelism, stoppingToken))
        : Task.CompletedTask;

    /// <summary>Takes one batch, handles it and notes what came of it.</summary>
    /// <param name="prepare">What the services of each event need before its handlers are made; null for the usual.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many events were taken.</returns>
    public async Task<int> DispatchAsync(EventPreparation? prepare, CancellationToken cancellation)
    {
        await using var flow = FlowOf(EventLanes.All, options.Value.Parallelism, prepare);
        return (await flow.BeginAsync(cancellation)).Begun;
    }

    private async Task RunAsync(EventLanes lane, int parallelism, CancellationToken stoppingToken)
    {
        await using var flow = FlowOf(lane, parallelism, prepare: null);
        await new OutboxLoop(bell, clock, options.Value, log)
            .RunAsync(lane, async cancellation => (await flow.BeginAsync(cancellation)).MayHaveMore, stoppingToken);
    }

    private EventFlow FlowOf(EventLanes lanes, int parallelism, EventPreparation? prepare) =>
        new(queue, (stored, cancellation) => handling.HandleAsync(stored, prepare, cancellation), options, lanes, parallelism, log);
}
