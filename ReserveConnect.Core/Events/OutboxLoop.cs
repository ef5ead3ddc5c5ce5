using Microsoft.Extensions.Logging;

namespace ReserveConnect.Events;

/// <summary>Works on the outbox until the host stops: takes what there is, then waits for the bell.</summary>
internal sealed class OutboxLoop(EventBell bell, TimeProvider clock, EventOptions options, ILogger log)
{
    /// <param name="lanes">Whose bell is listened to.</param>
    /// <param name="take">Takes some events, and says whether there may be more.</param>
    /// <param name="stoppingToken">The host stops.</param>
    public async Task RunAsync(EventLanes lanes, Func<CancellationToken, Task<bool>> take, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var rung = bell.Next(lanes);
                while (await take(stoppingToken))
                {
                    // More may wait.
                }

                await WaitAsync(rung, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "Taking events failed; trying again in {Wait}", options.PollInterval);
                await Task.Delay(options.PollInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync(Task rung, CancellationToken stoppingToken)
    {
        try
        {
            await rung.WaitAsync(options.PollInterval, clock, stoppingToken);
        }
        catch (TimeoutException)
        {
            // Nobody rang: it looks anyway, for events of another process.
        }
    }
}
