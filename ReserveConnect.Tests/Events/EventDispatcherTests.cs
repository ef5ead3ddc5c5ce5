using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Events;

/// <summary>The outbox on its way to the handlers in this process.</summary>
public sealed class EventDispatcherTests : IAsyncLifetime
{
    private const string Slow = "test.slow";
    private const string Quick = "test.quick";
    private const int Most = 4;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly Handler _handler = new();
    private OutboxWorld _world = null!;

    public async Task InitializeAsync()
    {
        // Only a bell wakes it.
        _world = await OutboxWorld.CreateAsync(
            _handler,
            o => (o.Parallelism, o.HostParallelism, o.PollInterval) = (Most, Most, TimeSpan.FromMinutes(10)),
            services => services.AddSingleton<EventDispatcher>());
        await Dispatcher.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        _handler.Gate.TrySetResult();
        await Dispatcher.StopAsync(default);
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task An_event_that_takes_long_keeps_no_other_waiting()
    {
        var slow = await AppendAsync(Slow);
        await UntilAsync(() => _handler.Begun.Contains(slow));

        for (var i = 0; i < 20; i++)
        {
            var quick = await AppendAsync(Quick);
            await UntilDoneAsync(quick);
        }

        Assert.False(await IsDoneAsync(slow));
        _handler.Gate.SetResult();
        await UntilDoneAsync(slow);
    }

    [Fact]
    public async Task While_the_host_is_silent_its_reports_pile_up_and_money_passes_them()
    {
        List<Guid> reports = [];
        for (var i = 0; i < 3 * Most; i++)
        {
            reports.Add(await AppendAsync(HostChange.EventType));
        }

        await UntilAsync(() => _handler.Begun.Count == Most);
        var own = await AppendAsync(Quick);
        await UntilDoneAsync(own);

        Assert.Equal(Most + 1, _handler.Begun.Count);
        _handler.Gate.SetResult();
        foreach (var report in reports)
        {
            await UntilDoneAsync(report);
        }

        Assert.Equal((3 * Most) + 1, _handler.Begun.Count);
    }

    [Fact]
    public async Task No_more_are_under_way_than_may_be()
    {
        for (var i = 0; i < 3 * Most; i++)
        {
            await AppendAsync(Slow);
        }

        await UntilAsync(() => _handler.Begun.Count == Most);
        Assert.Equal(Most, await ReadAsync("SELECT count(*) FROM reserve.events WHERE attempts > 0"));
        _handler.Gate.SetResult();

        await UntilAsync(async () => await ReadAsync("SELECT count(*) FROM reserve.events WHERE processed_at IS NOT NULL") == 3 * Most);
        Assert.Equal(3 * Most, _handler.Begun.Count);
    }

    [Fact]
    public async Task What_fails_is_tried_again_and_gives_its_room_back()
    {
        _handler.Fails = true;
        for (var i = 0; i < 3 * Most; i++)
        {
            await AppendAsync(Quick);
        }

        await UntilAsync(async () => await ReadAsync("SELECT count(*) FROM reserve.events WHERE last_error = 'InvalidOperationException'") == 3 * Most);
        _handler.Fails = false;
        _world.Clock.Advance(TimeSpan.FromMinutes(11));
        Bell.Ring(EventLanes.Own);

        await UntilAsync(async () => await ReadAsync("SELECT count(*) FROM reserve.events WHERE processed_at IS NOT NULL AND attempts = 2") == 3 * Most);
    }

    [Fact]
    public async Task A_stop_lets_go_of_what_is_under_way_and_it_is_the_next_ones_at_once()
    {
        var slow = await AppendAsync(Slow);
        await UntilAsync(() => _handler.Begun.Contains(slow));

        await Dispatcher.StopAsync(default).WaitAsync(Bound);

        Assert.Equal(0, await ReadAsync("SELECT count(*) FROM reserve.events WHERE processed_at IS NOT NULL OR last_error IS NOT NULL OR attempts > 0"));
        _handler.Gate.SetResult();
        Assert.Equal(1, await Dispatcher.DispatchAsync(null, default));
        Assert.True(await IsDoneAsync(slow));
    }

    [Theory]
    [InlineData(Quick)]
    [InlineData(HostChange.EventType)]
    public async Task What_a_single_statement_appends_is_begun_at_once_on_its_own_way(string type)
    {
        _handler.Gate.SetResult();
        var id = Guid.CreateVersion7();

        await _world.Get<ReserveDatabase>().WriteAsync(
            connection => connection.ExecuteAsync(
                """
                INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at)
                VALUES (@id, @type, 'test', @id, '{}', @now, @now)
                """,
                new { id, type, now = _world.Clock.GetUtcNow() }),
            EventLane.Of(type),
            default);

        await UntilDoneAsync(id);
    }

    private EventBell Bell => _world.Get<EventBell>();

    private EventDispatcher Dispatcher => _world.Get<EventDispatcher>();

    private Task<Guid> AppendAsync(string type) => _world.AppendAsync(type);

    private async Task UntilDoneAsync(Guid id) => await UntilAsync(() => IsDoneAsync(id));

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Bound);
        while (!await holds())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private Task<bool> IsDoneAsync(Guid id) => _world.ReadAsync<bool>("SELECT processed_at IS NOT NULL FROM reserve.events WHERE id = @id", new { id });

    private Task<long> ReadAsync(string sql) => _world.ReadAsync<long>(sql);

    private sealed class Handler : IEventHandler
    {
        public ConcurrentQueue<Guid> Begun { get; } = new();

        public bool Fails { get; set; }

        /// <summary>What the slow ones wait for.</summary>
        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyCollection<string> EventTypes { get; } = [Slow, Quick, HostChange.EventType];

        public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
        {
            Begun.Enqueue(stored.Id);
            if (Fails)
            {
                throw new InvalidOperationException("not now");
            }

            if (stored.EventType != Quick)
            {
                await Gate.Task.WaitAsync(cancellation);
            }
        }
    }
}
