using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Inventory.Search;

/// <summary>Builds the index at the start and looks after it.</summary>
internal sealed class IndexKeeper(
    AvailabilityIndex index, IndexFollower follower, TimeProvider clock, IOptions<InventoryOptions> options, ILogger<IndexKeeper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var built = false;
        using var round = new PeriodicTimer(options.Value.IndexRound, clock);
        do
        {
            try
            {
                if (built)
                {
                    await follower.FollowAsync(stoppingToken);
                    await index.KeepAsync(stoppingToken);
                }
                else
                {
                    await follower.BeginAsync(stoppingToken);
                    await index.BuildAllAsync(stoppingToken);
                    built = true;
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The database is away: searches go on with what is there, and the next round tries again.
                log.LogError(failure, "The availability index could not be brought up to date");
            }
        }
        while (await round.WaitForNextTickAsync(stoppingToken));
    }
}
