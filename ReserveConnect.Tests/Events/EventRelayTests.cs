using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Tests.Clock;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Events;

/// <summary>The outbox on its way over a bus: nothing is lost, and what comes twice is handled once.</summary>
public sealed class EventRelayTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly Bus _bus = new();
    private readonly Handler _handler = new();
    private TestDatabase? _database;
    private ServiceProvider? _services;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<EventBell>();
        services.AddSingleton<EventQueue>();
        services.AddSingleton<EventHandling>();
        services.AddSingleton<RelayedEvents>();
        services.AddSingleton<EventRelay>();
        services.AddSingleton<ReserveDatabase>();
        services.AddSingleton<IEventPublisher>(_bus);
        services.AddSingleton<IEventHandler>(_handler);
        services.AddSingleton(ReserveDataSource.Build(new() { ConnectionString = _database.ConnectionString }, null));
        services.Configure<DatabaseOptions>(o => o.ConnectionString = _database.ConnectionString);
        services.Configure<EventOptions>(o => (o.DispatchInProcess, o.MaxAttempts) = (false, 3));
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _database!.DisposeAsync();
    }

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
            _clock.Advance(TimeSpan.FromSeconds(2));
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
            _clock.Advance(TimeSpan.FromMinutes(15.1));
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
    public async Task A_relay_that_dies_with_its_batch_has_it_published_soon_and_not_when_the_buss_time_is_over()
    {
        var id = await AppendAsync();
        using var dying = new CancellationTokenSource();
        _bus.Meanwhile = dying.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Relay.RelayAsync(dying.Token));
        _bus.Meanwhile = null;

        Assert.Equal(0, await Relay.RelayAsync(default));
        _clock.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(1, await Relay.RelayAsync(default));

        Assert.Equal([1, 2], _bus.Published.Where(e => e.Id == id).Select(e => e.Attempts));
        _clock.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal(0, await Relay.RelayAsync(default));
    }

    [Fact]
    public async Task What_a_handler_throws_reaches_the_bus_and_the_event_still_waits()
    {
        var id = await AppendAsync();
        await Relay.RelayAsync(default);
        _handler.Fails = true;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Relayed.HandleAsync(id, null, default));
        _handler.Fails = false;

        Assert.True(await Relayed.HandleAsync(id, null, default));
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

    private EventRelay Relay => _services!.GetRequiredService<EventRelay>();

    private RelayedEvents Relayed => _services!.GetRequiredService<RelayedEvents>();

    private async Task<Guid> AppendAsync()
    {
        var aggregate = Guid.CreateVersion7();
        await _services!.GetRequiredService<ReserveDatabase>().TransactAsync(
            unit => Outbox.AppendAsync(unit, Handler.Type, "test", aggregate, new { }, _clock.GetUtcNow()), default);
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        return await connection.ExecuteScalarAsync<Guid>("SELECT id FROM reserve.events WHERE aggregate_id = @aggregate", new { aggregate });
    }

    private async Task<(int Attempts, bool IsDone, bool IsDead)> RowAsync(Guid id)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        return await connection.QuerySingleAsync<(int, bool, bool)>(
            "SELECT attempts, processed_at IS NOT NULL, dead_lettered_at IS NOT NULL FROM reserve.events WHERE id = @id", new { id });
    }

    private async Task<long> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

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

        public IReadOnlyCollection<string> EventTypes { get; } = [Type];

        public Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
        {
            if (Fails)
            {
                throw new InvalidOperationException("not now");
            }

            Handled.Enqueue(stored);
            return Task.CompletedTask;
        }
    }
}
