using Dapper;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class FailedPropertyTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private readonly Guid _property = Guid.CreateVersion7();
    private readonly Guid _room = Guid.CreateVersion7();
    private ScriptedHost _host = null!;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedHost.StartAsync();
        _world = await InventoryWorld.CreateAsync(_host.Url);
        Add(_property, _room, "Casa");
        Add(Guid.CreateVersion7(), Guid.CreateVersion7(), "Outra");
        await _world.SyncAllAsync();
        await _world.ExecuteAsync("DELETE FROM reserve.events");
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_property_that_fails_is_said_once_and_asked_for_alone_with_growing_pauses_until_it_recovers()
    {
        await BreakAsync();
        await _world.SyncAsync(SyncKind.RoomTypes, full: true);
        Assert.Equal((1, 0), await SaidAsync());
        Assert.Equal(("failed", "synced"), await StatusesAsync());
        Assert.Equal(1, await JobsAsync());

        Assert.Equal(0, await RetryAsync(TimeSpan.FromMinutes(4)));
        Assert.Equal(1, await RetryAsync(TimeSpan.FromMinutes(2)));
        Assert.All(_host.Calls, call => Assert.Contains($"property_id={_property}", call, StringComparison.Ordinal));
        // 10 minutes now, then 20.
        Assert.Equal(0, await RetryAsync(TimeSpan.FromMinutes(8)));
        Assert.Equal(1, await RetryAsync(TimeSpan.FromMinutes(3)));
        Assert.Equal(0, await RetryAsync(TimeSpan.FromMinutes(18)));
        Assert.Equal((1, 0), await SaidAsync());
        Assert.Equal(3, await JobsAsync());

        _host.RoomTypes[0]["max_occupancy"] = 4;
        Assert.Equal(1, await RetryAsync(TimeSpan.FromMinutes(3)));
        Assert.Equal((1, 1), await SaidAsync());
        Assert.Equal(("synced", "synced"), await StatusesAsync());
        Assert.Equal(0, await RetryAsync(TimeSpan.FromDays(2)));
    }

    [Fact]
    public async Task Pauses_end_at_the_longest()
    {
        await BreakAsync();
        for (var i = 0; i < 12; i++)
            Assert.Equal(1, await RetryAsync(TimeSpan.FromHours(7)));
        var next = await _world.ScalarAsync<DateTime>("SELECT next_try_at FROM reserve.property_retries");
        Assert.Equal(6, (next - _world.Clock.GetUtcNow().UtcDateTime).TotalHours, 0.1);
    }

    [Fact]
    public async Task A_host_that_is_silent_about_one_keeps_it_failed_and_the_others_are_asked()
    {
        await BreakAsync();
        _host.RoomTypes[1]["max_occupancy"] = 0;
        await _world.SyncAsync(SyncKind.RoomTypes, full: true);
        _host.RoomTypes[1]["max_occupancy"] = 4;
        _host.Calls.Clear();
        _host.Fails = call => call == 1 ? 500 : null;
        await _world.ExecuteAsync("UPDATE reserve.property_retries SET next_try_at = @At", new { At = _world.Clock.GetUtcNow().AddMinutes(-1) });

        Assert.Equal(2, await _world.Get<PropertyRetries>().RunAsync(CancellationToken.None));

        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.property_retries"));
    }

    [Fact]
    public async Task Whoever_shows_it_says_that_it_is_stale()
    {
        Assert.False((await FreshAsync()).IsStale);
        var confirmed = (await FreshAsync()).HostLastSyncedAt;
        _world.Clock.Advance(TimeSpan.FromMinutes(5));

        // Nothing changed, and the Host said so: no row of the property is written for that.
        var row = await _world.ScalarAsync<string>("SELECT string_agg(xmin::text, ',' ORDER BY id) FROM reserve.properties_map");
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(row, await _world.ScalarAsync<string>("SELECT string_agg(xmin::text, ',' ORDER BY id) FROM reserve.properties_map"));
        Assert.Equal(5, ((await FreshAsync()).HostLastSyncedAt - confirmed)!.Value.TotalMinutes, 0.2);

        _world.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.True((await FreshAsync()).IsStale);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.False((await FreshAsync()).IsStale);

        var before = (await FreshAsync()).HostLastSyncedAt;
        await BreakAsync();
        await _world.SyncAsync(SyncKind.Availability);
        Assert.True((await FreshAsync()).IsStale);
        Assert.True((await FreshAsync()).HostLastSyncedAt < before);
    }

    private async Task BreakAsync()
    {
        _host.RoomTypes[0]["max_occupancy"] = 0;
        _host.RoomTypes[0]["version"] = 2;
        await _world.SyncAsync(SyncKind.RoomTypes, full: true);
    }

    private async Task<int> RetryAsync(TimeSpan later)
    {
        _world.Clock.Advance(later);
        _host.Calls.Clear();
        return await _world.Get<PropertyRetries>().RunAsync(CancellationToken.None);
    }

    private async Task<(int Failed, int Recovered)> SaidAsync() => (
        await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.events WHERE event_type = 'sync.property_failed'"),
        await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.events WHERE event_type = 'sync.property_recovered'"));

    private async Task<(string, string)> StatusesAsync() => (
        await _world.ScalarAsync<string>("SELECT sync_status FROM reserve.properties_map WHERE name = 'Casa'"),
        await _world.ScalarAsync<string>("SELECT sync_status FROM reserve.properties_map WHERE name = 'Outra'"));

    private Task<int> JobsAsync() => _world.ScalarAsync<int>(
        "SELECT count(*) FROM reserve.sync_jobs WHERE job_type = 'single_property_sync' AND status = 'failed' AND host_property_id = @_property AND property_id IS NOT NULL",
        new { _property });

    private async Task<Freshness> FreshAsync()
    {
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map WHERE host_unit_id = @_room", new { _room });
        var fresh = await _world.Get<UnitFreshness>().GetAsync(unit, CancellationToken.None);
        var detail = (await _world.Get<PropertyDetails>().GetAsync("casa", CancellationToken.None)).Value;
        Assert.Equal((fresh.HostLastSyncedAt, fresh.IsStale), (detail.HostLastSyncedAt, detail.IsStale));
        return fresh;
    }

    private void Add(Guid property, Guid room, string name)
    {
        _host.Properties.Add(HostRecord.Property(property, name));
        _host.RoomTypes.Add(HostRecord.RoomType(room, property));
        _host.Availability.Add((room, HostRecord.Nights(Today, 30)));
    }
}
