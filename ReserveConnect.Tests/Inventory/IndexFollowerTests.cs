using Npgsql;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Each process follows the events itself, whoever handles them, and passes none over.</summary>
public sealed class IndexFollowerTests : IAsyncLifetime
{
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

    private IndexFollower Follower => _world.Get<IndexFollower>();

    private async Task AppendAsync(bool handled, string type = "booking.held")
    {
        await using var connection = new NpgsqlConnection(_world.ConnectionString);
        await connection.OpenAsync();
        await AppendAsync(connection, handled, type);
    }

    private static async Task AppendAsync(NpgsqlConnection connection, bool handled, string type = "booking.held")
    {
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, payload, created_at, available_at, processed_at)
            VALUES ($1, $2, 'test', $1, '{"unit_id": "0198b0a0-0000-7000-8000-00000000ffff", "check_in": "2026-03-05", "check_out": "2026-03-06"}', now(), now(), $3)
            """,
            connection)
        {
            Parameters = { new() { Value = Guid.CreateVersion7() }, new() { Value = type }, new() { Value = handled ? DateTimeOffset.UnixEpoch : DBNull.Value } },
        };
        await insert.ExecuteNonQueryAsync();
    }
}
