using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>Reading as somebody, on a pool of one connection: nothing of a caller is left for the next.</summary>
public sealed class ReadAsTests : IAsyncLifetime
{
    private const string Who =
        """
        SELECT concat_ws(' ', current_user, coalesce(current_setting('reserve.account_id', true), ''), coalesce(current_setting('reserve.booking_intent_id', true), ''),
                         current_setting('transaction_read_only'))
        """;

    private static readonly Actor Guest = new(ActorKind.Guest, BookingIntentId: SeededRows.IntentA);

    private TestDatabase _database = null!;
    private DatabasePools _pools = null!;
    private ReserveDatabase _one = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await SeededRows.WriteAsync(_database.ConnectionString);
        (_pools, _one) = Open(callers: 1);
    }

    public async Task DisposeAsync()
    {
        await _pools.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_read_is_made_as_the_caller_and_cannot_write()
    {
        Assert.Equal($"reserve_guest  {SeededRows.IntentA} on", await AskAsync(Guest));
        Assert.Equal($"reserve_owner {SeededRows.OwnerA}  on", await AskAsync(new(ActorKind.Owner, SeededRows.OwnerA)));
        Assert.Equal($"reserve_staff {SeededRows.OwnerB}  on", await AskAsync(new(ActorKind.Admin, SeededRows.OwnerB)));
    }

    [Fact]
    public async Task The_next_caller_finds_nothing_of_the_one_before()
    {
        await AskAsync(Guest);
        await ExpectNobodyAsync();
    }

    [Fact]
    public async Task Nor_after_a_read_that_failed()
    {
        await Assert.ThrowsAsync<PostgresException>(() => _one.ReadAsync(Guest, connection => connection.ExecuteAsync("SELECT 1 / 0"), default));
        await ExpectNobodyAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _one.ReadAsync<int>(Guest, _ => throw new InvalidOperationException("of the reader"), default));
        await ExpectNobodyAsync();
    }

    [Fact]
    public async Task Nor_after_one_that_was_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var read = _one.ReadAsync(
            Guest,
            async connection =>
            {
                var asleep = connection.ExecuteAsync(new CommandDefinition("SELECT pg_sleep(600)", cancellationToken: cancelled.Token));
                await cancelled.CancelAsync();
                return await asleep;
            },
            cancelled.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        await ExpectNobodyAsync();
    }

    // Npgsql prepares a statement at its second use, and forgets what its rows are if it is refused then.
    [Fact]
    public async Task What_is_refused_to_one_caller_is_not_spoilt_for_the_next()
    {
        const string OfAll = "SELECT id FROM reserve.booking_intents WHERE modifies_reservation_id IS NULL";
        for (var time = 0; time < 3; time++)
        {
            await Assert.ThrowsAsync<PostgresException>(() => _one.ReadAsync(Actor.Anonymous, connection => connection.QueryAsync<Guid>(OfAll), default));
            await Assert.ThrowsAsync<PostgresException>(
                () => _one.ReadAsync(new(ActorKind.Owner, SeededRows.OwnerA), connection => connection.QueryAsync<Guid>(OfAll), default));
        }

        Assert.Equal([SeededRows.IntentA], await _one.ReadAsync(Guest, connection => connection.QueryAsync<Guid>(OfAll), default));
    }

    [Fact]
    public async Task A_question_is_asked_as_the_caller_and_leaves_nothing_of_them()
    {
        for (var time = 0; time < 3; time++)
        {
            Assert.True(await FindsAsync(Guest, SeededRows.IntentA));
            Assert.False(await FindsAsync(Guest, SeededRows.IntentB));
            await Assert.ThrowsAsync<PostgresException>(() => FindsAsync(Actor.Anonymous, SeededRows.IntentA));
            await Assert.ThrowsAsync<PostgresException>(() => FindsAsync(new(ActorKind.Owner, SeededRows.OwnerA), SeededRows.IntentA));
            await ExpectNobodyAsync();
        }

        await Assert.ThrowsAsync<PostgresException>(() => _one.FindsAsync(Guest, "SELECT 1 / @Zero", new { Zero = 0 }, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FindsAsync(new(ActorKind.Service), SeededRows.IntentA));
        await ExpectNobodyAsync();
    }

    [Fact]
    public async Task A_question_cannot_write() =>
        Assert.Equal(
            PostgresErrorCodes.ReadOnlySqlTransaction,
            (await Assert.ThrowsAsync<PostgresException>(() => _one.FindsAsync(
                new(ActorKind.Admin, SeededRows.OwnerB), "SELECT FROM reserve.booking_intents WHERE id = @IntentA FOR UPDATE", new { SeededRows.IntentA }, default))).SqlState);

    [Fact]
    public async Task Callers_at_once_see_their_own()
    {
        var (pools, database) = Open(callers: 3);
        await using var _ = pools;
        Guid[] intents = [SeededRows.IntentA, SeededRows.IntentB, SeededRows.IntentGone];

        var seen = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i => (
            Mine: intents[i % 3],
            Seen: await database.ReadAsync(
                new(ActorKind.Guest, BookingIntentId: intents[i % 3]),
                connection => connection.QuerySingleAsync<Guid>("SELECT id FROM reserve.booking_intents WHERE modifies_reservation_id IS NULL"),
                default))));

        Assert.All(seen, read => Assert.Equal(read.Mine, read.Seen));
    }

    // now() stands still in a transaction.
    [Fact]
    public async Task Nobody_in_particular_costs_no_transaction() =>
        Assert.True(await _one.ReadAsync(
            Actor.Anonymous,
            async connection => await connection.ExecuteScalarAsync<DateTimeOffset>("SELECT now()") < await connection.ExecuteScalarAsync<DateTimeOffset>("SELECT now()"),
            default));

    [Fact]
    public async Task The_service_is_nobody_to_read_for() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AskAsync(new(ActorKind.Service)));

    [Fact]
    public async Task Everything_else_works_as_the_service()
    {
        await using var connection = await _one.OpenAsync(default);
        Assert.Equal("reserve_service   off", await connection.ExecuteScalarAsync<string>(Who));
        Assert.Equal("reserve_service   off", await _one.TransactAsync(async unit => (await unit.Connection.ExecuteScalarAsync<string>(Who))!, default));
    }

    private Task<bool> FindsAsync(Actor actor, Guid intent) =>
        _one.FindsAsync(actor, "SELECT FROM reserve.booking_intents WHERE id = @intent", new { intent }, default);

    private async Task ExpectNobodyAsync()
    {
        Assert.Equal("reserve_anonymous   on", await AskAsync(Actor.Anonymous));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => _one.ReadAsync(Actor.Anonymous, connection => connection.QueryAsync("SELECT FROM reserve.booking_intents"), default));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private Task<string> AskAsync(Actor actor) =>
        _one.ReadAsync(actor, async connection => (await connection.ExecuteScalarAsync<string>(Who))!, default);

    private (DatabasePools Pools, ReserveDatabase Database) Open(int callers)
    {
        var options = new DatabaseOptions { ConnectionString = _database.AppConnectionString, MaxCallerConnections = callers };
        var pools = DatabasePools.Build(options, null);
        return (pools, new(pools, new EventBell(), Options.Create(options)));
    }
}
