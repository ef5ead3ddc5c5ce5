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

        var (built, failures) = (false, 0);
        using var round = new PeriodicTimer(options.Value.IndexRound, clock);
        do
        {
            var isFollowing = built;
            built = await TryAsync(() => built ? follower.FollowAsync(stoppingToken) : BuildAsync(stoppingToken), stoppingToken);
            // A building that succeeds proves nothing of the following that failed before it.
            failures = built ? (isFollowing ? 0 : failures) : failures + 1;
            // Not held up by the following: a new day begins whatever else is wrong.
            await TryAsync(() => index.KeepAsync(stoppingToken), stoppingToken);
            if (!built)
            {
                await Task.Delay(Pause(failures), clock, stoppingToken);
            }
        }
        while (await round.WaitForNextTickAsync(stoppingToken));
    }

    // What fails for ever must not read every city four times a second.
    private TimeSpan Pause(int failures) =>
        TimeSpan.FromTicks(Math.Min(options.Value.IndexRound.Ticks << Math.Min(failures, 16), options.Value.IndexRebuildPause.Ticks));

    private async Task BuildAsync(CancellationToken cancellation)
    {
        await follower.BeginAsync(cancellation);
        await index.BuildAllAsync(cancellation);
    }

    // The database is away: searches go on with what is there, and the next round builds anew.
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
