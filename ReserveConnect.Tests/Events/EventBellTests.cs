using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Events;

public sealed class EventBellTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_ring_wakes_the_next_wait_however_many_waits_have_run_out_before()
    {
        var bell = new EventBell();
        for (var idle = 0; idle < 3; idle++)
        {
            await bell.WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        bell.Ring();

        await bell.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None).WaitAsync(Bound);
    }

    [Fact]
    public async Task A_wait_ends_when_the_host_stops()
    {
        using var stopping = new CancellationTokenSource();
        var wait = new EventBell().WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Token);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Bound));
    }
}
