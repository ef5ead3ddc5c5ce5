using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Each process follows the events itself, whoever handles them, and passes none over.</summary>
public sealed class IndexFollowerTests : IAsyncLifetime
{
    private const string Payload = """{"unit_id": "0198b0a0-0000-7000-8000-00000000ffff", "check_in": "2026-03-05", "check_out": "2026-03-06"}""";

    private InventoryWorld _world = null!;

    public async Task InitializeAsync() => _world = await InventoryWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task What_another_process_committed_is_read_once_whether_it_was_handled_or_not()
    {
        await Follower.BeginAsync(default);
        await AppendAsync(handled: true);
        await AppendAsync(handled: false);

        Assert.Equal(2, await Follower.FollowAsync(default));
        Assert.Equal(0, await Follower.FollowAsync(default));

        await AppendAsync(handled: false);
        Assert.Equal(1, await Follower.FollowAsync(default));
    }

    [Fact]
    public async Task An_event_that_began_first_and_is_committed_last_is_not_passed_over()
    {
        await Follower.BeginAsync(default);
        await using var slow = new NpgsqlConnection(_world.ConnectionString);
        await slow.OpenAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await AppendAsync(slow, handled: false);
        await AppendAsync(handled: false);
        await AppendAsync(handled: false);

        Assert.Equal(2, await Follower.FollowAsync(default));
        Assert.Equal(0, await Follower.FollowAsync(default));
        await transaction.CommitAsync();

        Assert.Equal(1, await Follower.FollowAsync(default));
        Assert.Equal(0, await Follower.FollowAsync(default));
    }

    [Fact]
    public async Task What_was_rolled_back_and_what_changes_no_night_is_not_read()
    {
        await Follower.BeginAsync(default);
        await using (var undone = new NpgsqlConnection(_world.ConnectionString))
        {
            await undone.OpenAsync();
            await using var transaction = await undone.BeginTransactionAsync();
            await AppendAsync(undone, handled: false);
        }

        await AppendAsync(handled: false, type: "booking.confirmed");

        Assert.Equal(0, await Follower.FollowAsync(default));
    }

    [Fact]
    public async Task Many_writers_at_once_leave_no_event_unread()
    {
        await Follower.BeginAsync(default);
        const int Writers = 8, Each = 25;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var random = new Random(writer);
            await using var connection = new NpgsqlConnection(_world.ConnectionString);
            await connection.OpenAsync();
            for (var i = 0; i < Each; i++)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await AppendAsync(connection, handled: random.Next(2) == 0);
                await Task.Delay(random.Next(4));
                await transaction.CommitAsync();
            }
        }));

        var read = 0;
        while (!writing.IsCompleted)
        {
            read += await Follower.FollowAsync(default);
        }

        await writing;
        read += await Follower.FollowAsync(default);

        Assert.Equal(Writers * Each, read);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_has_the_index_built_anew_and_stops_nothing()
    {
        var unit = await _world.AddUnitAsync();
        await _world.IndexAsync();
        await Follower.BeginAsync(default);
        await AppendAsync(handled: true, payload: """{"unit_id": "no id"}""");
        await TakeLastRoomAsync(unit);

        Assert.Equal(2, await Follower.FollowAsync(default));

        Assert.False(await IsFreeAsync(unit));
        Assert.Equal(0, await Follower.FollowAsync(default));
    }

    [Fact]
    public async Task Events_restored_from_a_server_that_was_further_on_are_not_read_over_and_over()
    {
        await Follower.BeginAsync(default);
        await AppendAsync(handled: true);
        await _world.ExecuteAsync("UPDATE reserve.events SET transaction_id = '4000000000000'::xid8");

        Assert.Equal(0, await Follower.FollowAsync(default));
    }

    [Fact]
    public async Task What_another_process_sells_is_gone_from_this_ones_search_without_anybody_telling_it()
    {
        var unit = await _world.AddUnitAsync();
        var keeper = new IndexKeeper(
            _world.Get<AvailabilityIndex>(), Follower, _world.Clock, Options.Create(new InventoryOptions()), Options.Create(new SearchOptions()),
            NullLogger<IndexKeeper>.Instance);
        await keeper.StartAsync(default);
        try
        {
            await UntilAsync(() => IsFreeAsync(unit));

            await TakeLastRoomAsync(unit);

            await UntilAsync(async () => !await IsFreeAsync(unit));
        }
        finally
        {
            await keeper.StopAsync(default);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var limit = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(60), "the index did not follow");
            await Task.Delay(20);
        }
    }

    // As another process does it: rows and event in one transaction, and nobody here is told.
    private Task TakeLastRoomAsync(Guid unit) => _world.ExecuteAsync(
        """
        UPDATE reserve.availability_calendar SET temp_holds = 1 WHERE unit_id = @unit AND date = @night;
        INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at, processed_at)
        VALUES (@id, 'booking.held', 'test', @id, jsonb_build_object('unit_id', @unit, 'check_in', @night, 'check_out', @night + 1), now(), now(), now())
        """,
        new { unit, night = Night, id = Guid.CreateVersion7() });

    private async Task<bool> IsFreeAsync(Guid unit)
    {
        var index = await _world.Get<AvailabilityIndex>().GetAsync("urubici", default);
        return index!.Search(InventoryWorld.Search(Night, 1, 2, 0)).Hits.Any(hit => hit.UnitId == unit);
    }

    private static DateOnly Night => InventoryWorld.Today.AddDays(5);

    private IndexFollower Follower => _world.Get<IndexFollower>();

    private async Task AppendAsync(bool handled, string type = "booking.held", string payload = Payload)
    {
        await using var connection = new NpgsqlConnection(_world.ConnectionString);
        await connection.OpenAsync();
        await AppendAsync(connection, handled, type, payload);
    }

    private static async Task AppendAsync(NpgsqlConnection connection, bool handled, string type = "booking.held", string payload = Payload)
    {
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at, processed_at)
            VALUES ($1, $2, 'test', $1, $4::jsonb, now(), now(), $3)
            """,
            connection)
        {
            Parameters = { new() { Value = Guid.CreateVersion7() }, new() { Value = type }, new() { Value = handled ? DateTimeOffset.UnixEpoch : DBNull.Value }, new() { Value = payload } },
        };
        await insert.ExecuteNonQueryAsync();
    }
}
