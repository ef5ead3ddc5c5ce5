using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Events;

public sealed class EventBellTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_ring_wakes_all_who_listen_on_its_way_and_nobody_else()
    {
        var bell = new EventBell();
        Task[] woken = [bell.Next(EventLanes.Own), bell.Next(EventLanes.Own), bell.Next(EventLanes.All)];
        var other = bell.Next(EventLanes.Host);

        bell.Ring(EventLanes.Own);

        await Task.WhenAll(woken).WaitAsync(Bound);
        Assert.False(other.IsCompleted);
        Assert.False(bell.Next(EventLanes.Own).IsCompleted);
    }

    [Fact]
    public async Task A_ring_while_somebody_looks_is_not_missed()
    {
        var bell = new EventBell();
        var next = bell.Next(EventLanes.Host);

        bell.Ring(EventLanes.Host);
        bell.Ring(EventLanes.Host);

        await next.WaitAsync(Bound);
    }

    [Fact]
    public void Nothing_that_was_appended_rings_nothing()
    {
        var bell = new EventBell();
        var next = bell.Next(EventLanes.All);

        bell.Ring(EventLanes.None);

        Assert.False(next.IsCompleted);
    }
}
