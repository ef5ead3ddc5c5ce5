using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Inventory.Search;

/// <summary>Builds the index at the start and looks after it, unless there is to be none.</summary>
internal sealed class IndexKeeper(
    AvailabilityIndex index, IndexFollower follower, TimeProvider clock, IOptions<InventoryOptions> options, IOptions<SearchOptions> search,
    ILogger<IndexKeeper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (search.Value.Index is IndexUse.Off)
        {
            return;
        }

        // Two loops, so that a city that takes long to read keeps nobody from what is sold in it or elsewhere.
        await BeginAsync(stoppingToken);
        await Task.WhenAll(FollowAsync(stoppingToken), KeepAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        using var round = new PeriodicTimer(options.Value.IndexRound, clock);
        do
        {
            if (await TryAsync(() => follower.FollowAsync(stoppingToken), stoppingToken))
            {
                failures = 0;
                continue;
            }

            // What was missed is not known: followed from here on, and read anew.
            await Task.Delay(Pause(++failures), clock, stoppingToken);
            await BeginAsync(stoppingToken);
            index.MarkAllStale();
        }
        while (await round.WaitForNextTickAsync(stoppingToken));
    }

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        using var round = new PeriodicTimer(options.Value.IndexRound, clock);
        do
        {
            await TryAsync(() => index.KeepAsync(stoppingToken), stoppingToken);
        }
        while (await round.WaitForNextTickAsync(stoppingToken));
    }

    private async Task BeginAsync(CancellationToken stoppingToken)
    {
        for (var failures = 1; !await TryAsync(() => follower.BeginAsync(stoppingToken), stoppingToken); failures++)
        {
            await Task.Delay(Pause(failures), clock, stoppingToken);
        }
    }

    // What fails for ever must not ask four times a second.
    private TimeSpan Pause(int failures) =>
        TimeSpan.FromTicks(Math.Min(options.Value.IndexRound.Ticks << Math.Min(failures, 16), options.Value.IndexRebuildPause.Ticks));

    // The database is away: searches go on with what is there.
    private async Task<bool> TryAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            log.LogError(failure, "The availability index could not be brought up to date");
            return false;
        }
    }
}
