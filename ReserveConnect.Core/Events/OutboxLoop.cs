using Microsoft.Extensions.Logging;

namespace ReserveConnect.Events;

/// <summary>Works on the outbox until the host stops: batch after batch, then waits for the bell.</summary>
internal static class OutboxLoop
{
    /// <param name="takeBatch">Takes one batch and gives its size.</param>
    /// <param name="bell">Rung when events were appended in this process.</param>
    /// <param name="clock">The clock of the waits.</param>
    /// <param name="options">Sizes and waits.</param>
    /// <param name="log">Where a batch that failed is told.</param>
    /// <param name="stoppingToken">The host stops.</param>
    public static async Task RunAsync(
        Func<CancellationToken, Task<int>> takeBatch,
        EventBell bell,
        TimeProvider clock,
        EventOptions options,
        ILogger log,
        CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await takeBatch(stoppingToken) == options.BatchSize)
                {
                    // A full batch means that more may wait.
                }

                await bell.WaitAsync(options.PollInterval, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "A batch of events failed; trying again in {Wait}", options.PollInterval);
                await Task.Delay(options.PollInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
