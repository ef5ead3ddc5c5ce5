using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>What another process sells is gone from this one's search within two seconds, whatever else goes on.</summary>
[Collection(AloneInItsProcess.Name)]
public sealed class IndexKeeperTests : IAsyncLifetime
{
    private static readonly DateOnly Night = InventoryWorld.Today.AddDays(3);
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);
    private InventoryWorld _world = null!;
    private IndexKeeper _keeper = null!;
    private Guid _unit;

    public async Task InitializeAsync()
    {
        _world = await InventoryWorld.CreateAsync();
        _unit = await _world.AddUnitAsync();
        _keeper = new IndexKeeper(
            Index,
            new IndexFollower(
                _world.Get<ReserveDatabase>(), Index, new IndexRefresher(Index, Options.Create(new InventoryOptions())), NullLogger<IndexFollower>.Instance),
            _world.Clock, Options.Create(new InventoryOptions()), Options.Create(new SearchOptions()), NullLogger<IndexKeeper>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _keeper.StopAsync(default);
        _keeper.Dispose();
        await _world.DisposeAsync();
    }

    private AvailabilityIndex Index => _world.Get<AvailabilityIndex>();

    [Fact]
    public async Task Whatever_other_city_cannot_be_read()
    {
        // What no migrated database lets in any more.
        await _world.ExecuteAsync("ALTER TABLE reserve.cities DROP CONSTRAINT time_zone_known");
        await _world.ExecuteAsync("INSERT INTO reserve.cities (id, slug, name, state, time_zone) VALUES (gen_random_uuid(), 'aaa', 'A', 'SC', 'No/Where')");
        await _keeper.StartAsync(default);
        await UntilAsync(IsFreeAsync, TimeSpan.FromSeconds(20));

        await TakeLastRoomAsync();

        await UntilAsync(async () => !await IsFreeAsync(), Promised);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Index.GetAsync("aaa", default));
    }

    [Fact]
    public async Task While_the_city_is_read_anew_and_afterwards_too()
    {
        await _keeper.StartAsync(default);
        await UntilAsync(IsFreeAsync, TimeSpan.FromSeconds(20));
        var before = await Index.GetAsync("urubici", default);
        await using var other = await _world.OpenAsync();
        await using (var locking = await other.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("LOCK TABLE reserve.rate_plans IN ACCESS EXCLUSIVE MODE", other, locking);
            await command.ExecuteNonQueryAsync();
            await AppendAsync("inventory.changed", $$"""{"city_id": "{{InventoryWorld.Urubici}}", "unit_ids": [], "catalogue": true}""");
            await UntilAsync(
                () => _world.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"),
                TimeSpan.FromSeconds(20));

            await TakeLastRoomAsync();

            await UntilAsync(async () => !await IsFreeAsync(), Promised);
        }

        await UntilAsync(async () => await Index.GetAsync("urubici", default) != before, TimeSpan.FromSeconds(20));
        Assert.False(await IsFreeAsync());
    }

    [Fact]
    public async Task A_city_that_is_no_longer_sold_is_none_and_a_new_one_is_found()
    {
        await _keeper.StartAsync(default);
        await UntilAsync(IsFreeAsync, TimeSpan.FromSeconds(20));

        await _world.ExecuteAsync(
            """
            UPDATE reserve.cities SET is_active = false WHERE slug = 'urubici';
            INSERT INTO reserve.cities (id, slug, name, state) VALUES (gen_random_uuid(), 'lages', 'Lages', 'SC')
            """);
        _world.Clock.Advance(TimeSpan.FromSeconds(6));

        await UntilAsync(async () => await Index.GetAsync("urubici", default) is null && await Index.GetAsync("lages", default) is not null, TimeSpan.FromSeconds(20));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < limit, $"not within {limit}");
            await Task.Delay(20);
        }
    }

    private async Task<bool> IsFreeAsync() =>
        (await Index.GetAsync("urubici", default))!.Search(InventoryWorld.Search(Night, 1)).Hits.Any(hit => hit.UnitId == _unit);

    // As another process does it: rows and event in one transaction, and nobody here is told.
    private async Task TakeLastRoomAsync()
    {
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET temp_holds = 1 WHERE unit_id = @_unit AND date = @Night", new { _unit, Night });
        await AppendAsync("booking.held", $$"""{"unit_id": "{{_unit}}", "check_in": "{{Night:yyyy-MM-dd}}", "check_out": "{{Night.AddDays(1):yyyy-MM-dd}}"}""");
    }

    private Task AppendAsync(string type, string payload) => _world.ExecuteAsync(
        """
        INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at, processed_at)
        VALUES (@id, @type, 'test', @id, @payload::jsonb, now(), now(), now())
        """,
        new { id = Guid.CreateVersion7(), type, payload });
}
