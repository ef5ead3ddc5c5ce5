using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Events;

/// <summary>The outbox on its way over a bus: nothing is lost, and what comes twice is handled once.</summary>
public sealed class EventRelayTests : IAsyncLifetime
{
    private readonly Bus _bus = new();
    private readonly Handler _handler = new();
    private OutboxWorld _world = null!;

    public async Task InitializeAsync() =>
        _world = await OutboxWorld.CreateAsync(
            _handler,
            o => (o.DispatchInProcess, o.MaxAttempts) = (false, 3),
            services => services.AddSingleton<RelayedEvents>().AddSingleton<EventRelay>().AddSingleton<IEventPublisher>(_bus));

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task An_event_goes_to_the_bus_once_and_is_done_when_the_bus_has_had_it_handled()
    {
        var id = await AppendAsync();

        Assert.Equal(1, await Relay.RelayAsync(default));
        Assert.Equal(0, await Relay.RelayAsync(default));
        Assert.Equal(id, Assert.Single(_bus.Published).Id);
        Assert.Equal((1, false, false), await RowAsync(id));

        Assert.True(await Relayed.HandleAsync(id, null, default));
        Assert.False(await Relayed.HandleAsync(id, null, default));

        Assert.Equal(id, Assert.Single(_handler.Handled).Id);
        Assert.Equal((1, true, false), await RowAsync(id));
    }

    [Fact]
    public async Task What_the_bus_does_not_take_stays_and_its_attempts_are_not_used_up()
    {
        var id = await AppendAsync();
        for (var outage = 0; outage < 10; outage++)
        {
            _bus.IsDown = true;
            await Assert.ThrowsAsync<TimeoutException>(() => Relay.RelayAsync(default));
            _world.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        _bus.IsDown = false;
        Assert.Equal(1, await Relay.RelayAsync(default));

        Assert.Single(_bus.Published);
        Assert.Equal((1, false, false), await RowAsync(id));
    }

    [Fact]
    public async Task What_nobody_handled_is_published_again_when_its_lease_is_over_and_set_aside_in_the_end()
    {
        var id = await AppendAsync();
        for (var publication = 1; publication <= 3; publication++)
        {
            Assert.Equal(1, await Relay.RelayAsync(default));
            Assert.Equal(publication, _bus.Published.Count);
            _world.Clock.Advance(TimeSpan.FromMinutes(15.1));
        }

        Assert.Equal(1, await Relay.RelayAsync(default));

        Assert.Equal([1, 2, 3], _bus.Published.Where(e => e.Id == id).Select(e => e.Attempts));
        Assert.Equal((4, false, true), await RowAsync(id));
        Assert.Equal(1, await ReadAsync("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'event_dead_lettered'"));
        // What is raised about it is an event of its own, and goes the same way.
        await Relay.RelayAsync(default);
        Assert.DoesNotContain(_bus.Published.Skip(3), e => e.Id == id);
    }

    [Fact]
    public async Task A_relay_that_is_killed_with_its_batch_has_it_published_soon_and_not_when_the_buss_time_is_over()
    {
        var id = await AppendAsync();
        // Taken, and then nothing more is heard of the one that took it.
        await Queue.TakeAsync(EventLanes.All, 50, TimeSpan.FromMinutes(1), default);

        Assert.Equal(0, await Relay.RelayAsync(default));
        _world.Clock.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(1, await Relay.RelayAsync(default));

        Assert.Equal(2, Assert.Single(_bus.Published, e => e.Id == id).Attempts);
        _world.Clock.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal(0, await Relay.RelayAsync(default));
    }

    [Fact]
    public async Task A_relay_that_is_stopped_gives_its_batch_back()
    {
        var id = await AppendAsync();
        using var stopping = new CancellationTokenSource();
        _bus.Meanwhile = stopping.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Relay.RelayAsync(stopping.Token));
        _bus.Meanwhile = null;
        Assert.Equal((0, false, false), await RowAsync(id));

        _world.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, await Relay.RelayAsync(default));
    }

    [Fact]
    public async Task A_handler_that_fails_has_the_event_published_again_after_its_back_off_and_set_aside_after_as_many_attempts_as_without_a_bus()
    {
        var id = await AppendAsync();
        _handler.Fails = true;
        foreach (var backoff in new[] { 1, 2 })
        {
            Assert.Equal(1, await Relay.RelayAsync(default));
            Assert.False(await Relayed.HandleAsync(id, null, default));
            Assert.Equal(0, await Relay.RelayAsync(default));
            _world.Clock.Advance(TimeSpan.FromSeconds(backoff + 0.1));
        }

        await Relay.RelayAsync(default);
        Assert.False(await Relayed.HandleAsync(id, null, default));

        Assert.Equal((3, false, true), await RowAsync(id));
        Assert.Equal(1, await ReadAsync("SELECT count(*) FROM reserve.events WHERE last_error = 'InvalidOperationException'"));
    }

    [Fact]
    public async Task A_handler_that_fails_before_the_relay_is_through_is_still_tried_again_soon()
    {
        var id = await AppendAsync();
        _handler.Fails = true;
        // The bus is quicker than the relay.
        _bus.Meanwhile = () => Relayed.HandleAsync(id, null, default).GetAwaiter().GetResult();
        await Relay.RelayAsync(default);
        (_bus.Meanwhile, _handler.Fails) = (null, false);

        _world.Clock.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal(1, await Relay.RelayAsync(default));
        Assert.True(await Relayed.HandleAsync(id, null, default));
    }

    [Fact]
    public async Task A_send_that_failed_after_the_bus_had_it_is_not_mistaken_for_the_next_one()
    {
        var id = await AppendAsync();
        _bus.Meanwhile = () => throw new TimeoutException("the answer is lost");
        await Assert.ThrowsAsync<TimeoutException>(() => Relay.RelayAsync(default));
        _bus.Meanwhile = null;
        _world.Clock.Advance(TimeSpan.FromSeconds(2));

        await Relay.RelayAsync(default);

        // The same attempt, as the first did not count, and another taking.
        var both = _bus.Published.Where(e => e.Id == id).ToList();
        Assert.Equal([1, 1], both.Select(e => e.Attempts));
        Assert.NotEqual(both[0].LeasedUntil, both[1].LeasedUntil);
    }

    [Fact]
    public async Task An_event_that_the_bus_was_slow_to_bring_is_not_published_again_while_it_is_handled()
    {
        var id = await AppendAsync();
        await Relay.RelayAsync(default);
        _world.Clock.Advance(TimeSpan.FromMinutes(14));
        _handler.Meanwhile = async () =>
        {
            _world.Clock.Advance(TimeSpan.FromMinutes(9));
            Assert.Equal(0, await Relay.RelayAsync(default));
        };

        Assert.True(await Relayed.HandleAsync(id, null, default));
    }

    [Fact]
    public async Task What_was_handled_meanwhile_is_not_set_aside()
    {
        var id = await AppendAsync();
        var slow = Assert.Single(await Queue.TakeAsync(EventLanes.All, 50, TimeSpan.FromMinutes(1), default)) with { Attempts = 3 };
        await _world.ExecuteAsync("UPDATE reserve.events SET attempts = 3 WHERE id = @id", new { id });
        Assert.True(await Relayed.HandleAsync(id, null, default));

        await Queue.MarkFailedAsync(slow, new TimeoutException(), default);

        Assert.Equal((3, true, false), await RowAsync(id));
        Assert.Equal(0, await ReadAsync("SELECT count(*) FROM reserve.exceptions"));
    }

    [Fact]
    public async Task What_another_has_taken_since_is_not_given_back()
    {
        var id = await AppendAsync();
        var first = await Queue.TakeAsync(EventLanes.All, 50, TimeSpan.FromMinutes(1), default);
        _world.Clock.Advance(TimeSpan.FromMinutes(2));
        await Queue.TakeAsync(EventLanes.All, 50, TimeSpan.FromMinutes(1), default);

        await Queue.GiveBackAsync(first, TimeSpan.Zero, default);
        await Queue.MarkFailedAsync(first[0], new TimeoutException(), default);

        Assert.Equal((2, false, false), await RowAsync(id));
        Assert.Equal(0, await Relay.RelayAsync(default));
    }

    [Fact]
    public async Task An_event_that_nobody_knows_is_left_alone() => Assert.False(await Relayed.HandleAsync(Guid.CreateVersion7(), null, default));

    [Fact]
    public async Task Two_relays_share_the_outbox_and_publish_nothing_twice()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 120; i++)
        {
            ids.Add(await AppendAsync());
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (await Relay.RelayAsync(default) > 0)
            {
                // Until nothing is left.
            }
        }));

        Assert.Equal(ids.Order(), _bus.Published.Select(e => e.Id).Order());
    }

    private EventRelay Relay => _world.Get<EventRelay>();

    private EventQueue Queue => _world.Get<EventQueue>();

    private RelayedEvents Relayed => _world.Get<RelayedEvents>();

    private Task<Guid> AppendAsync() => _world.AppendAsync(Handler.Type);

    private Task<(int Attempts, bool IsDone, bool IsDead)> RowAsync(Guid id) => _world.ReadAsync<(int, bool, bool)>(
        "SELECT attempts, processed_at IS NOT NULL, dead_lettered_at IS NOT NULL FROM reserve.events WHERE id = @id", new { id });

    private Task<long> ReadAsync(string sql) => _world.ReadAsync<long>(sql);

    private sealed class Bus : IEventPublisher
    {
        public ConcurrentQueue<StoredEvent> Published { get; } = new();

        public bool IsDown { get; set; }

        /// <summary>What happens after the bus has the events and before the relay knows.</summary>
        public Action? Meanwhile { get; set; }

        public Task PublishAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellation)
        {
            if (IsDown)
            {
                throw new TimeoutException("the bus is down");
            }

            foreach (var stored in events)
            {
                Published.Enqueue(stored);
            }

            Meanwhile?.Invoke();
            cancellation.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        }
    }

    private sealed class Handler : IEventHandler
    {
        public const string Type = "test.happened";

        public ConcurrentQueue<StoredEvent> Handled { get; } = new();

        public bool Fails { get; set; }

        /// <summary>What happens while an event is handled.</summary>
        public Func<Task>? Meanwhile { get; set; }

        public IReadOnlyCollection<string> EventTypes { get; } = [Type];

        public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
        {
            await (Meanwhile?.Invoke() ?? Task.CompletedTask);
            if (Fails)
            {
                throw new InvalidOperationException("not now");
            }

            Handled.Enqueue(stored);
        }
    }
}
