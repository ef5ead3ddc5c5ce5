using Dapper;
using Npgsql;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>What the table of rate plans refuses by itself.</summary>
public sealed class SeasonTests : IAsyncLifetime
{
    private static readonly Guid Property = Guid.CreateVersion7();
    private static readonly Guid Unit = Guid.CreateVersion7();
    private static readonly Guid Other = Guid.CreateVersion7();
    private TestDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug)
            SELECT @Property, @Property, id, 'Casa', 'casa'
            FROM reserve.cities;
            INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity)
            VALUES (@Unit, @Unit, @Property, 'Quarto', 'quarto', 4, 2);
            INSERT INTO reserve.rate_plans (id, property_id, unit_id, base_price)
            VALUES (gen_random_uuid(), @Property, @Unit, 100);
            """,
            new { Property, Unit });
        await AddAsync(connection, Unit, "2026-06-01", "2026-06-30");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("2026-06-30", "2026-07-31")]
    [InlineData("2026-05-01", "2026-06-01")]
    [InlineData("2026-06-10", "2026-06-10")]
    [InlineData(null, "2026-06-01")]
    [InlineData("2026-06-30", null)]
    public async Task Two_seasons_of_a_unit_never_share_a_day(string? from, string? to)
    {
        await using var connection = await OpenAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AddAsync(connection, Unit, from, to));

        Assert.Equal((PostgresErrorCodes.ExclusionViolation, "seasons_do_not_overlap"), (refused.SqlState, refused.ConstraintName));
    }

    [Fact]
    public async Task Seasons_that_follow_each_other_and_those_of_the_property_are_taken()
    {
        await using var connection = await OpenAsync();

        await AddAsync(connection, Unit, "2026-07-01", null);
        await AddAsync(connection, Unit, null, "2026-05-31");
        await AddAsync(connection, null, "2026-06-15", "2026-07-15");

        Assert.Equal(4, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM reserve.rate_plans WHERE is_season"));
    }

    [Fact]
    public async Task A_season_that_is_moved_into_another_is_refused()
    {
        await using var connection = await OpenAsync();
        await AddAsync(connection, Unit, "2026-07-01", "2026-07-31");

        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => connection.ExecuteAsync("UPDATE reserve.rate_plans SET valid_from = '2026-06-30' WHERE valid_from = '2026-07-01'"));

        Assert.Equal("seasons_do_not_overlap", refused.ConstraintName);
    }

    [Fact]
    public async Task Of_two_who_write_overlapping_seasons_at_once_one_is_refused()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await using var unfinished = await first.BeginTransactionAsync();
        await AddAsync(first, Unit, "2026-08-01", "2026-08-31");

        var late = AddAsync(second, Unit, "2026-08-15", "2026-09-15");
        await UntilItWaitsForAsync(first, second.ProcessID);
        await unfinished.CommitAsync();

        Assert.Equal("seasons_do_not_overlap", (await Assert.ThrowsAsync<PostgresException>(() => late)).ConstraintName);
    }

    [Theory]
    [InlineData("'2026-07-02', '2026-07-01', @Unit", "valid_dates")]
    [InlineData("NULL, NULL, NULL", "standard_is_of_a_unit")]
    [InlineData("NULL, NULL, @Unit", "idx_rate_plans_standard")]
    public async Task What_is_neither_a_season_nor_the_one_standard_plan_is_refused(string values, string constraint)
    {
        await using var connection = await OpenAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            $"""
            INSERT INTO reserve.rate_plans (id, property_id, base_price, valid_from, valid_to, unit_id)
            VALUES (gen_random_uuid(), @Property, 1, {values})
            """,
            new { Property, Unit }));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Fact]
    public async Task A_unit_s_plan_names_the_unit_s_own_property_and_moves_with_it()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug)
            SELECT @Other, @Other, id, 'Outra', 'outra'
            FROM reserve.cities
            """,
            new { Other });

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            "UPDATE reserve.rate_plans SET property_id = @Other WHERE unit_id = @Unit AND NOT is_season", new { Other, Unit }));
        await connection.ExecuteAsync("UPDATE reserve.unit_map SET property_id = @Other WHERE id = @Unit", new { Other, Unit });

        Assert.Equal("rate_plans_unit_of_property", refused.ConstraintName);
        Assert.Equal([Other, Other], await connection.QueryAsync<Guid>("SELECT property_id FROM reserve.rate_plans WHERE unit_id = @Unit", new { Unit }));
    }

    private async Task UntilItWaitsForAsync(NpgsqlConnection first, int second)
    {
        await using var third = await OpenAsync();
        await Marketplace.EventuallyAsync(
            async () => await third.ExecuteScalarAsync<bool>(
                """
                SELECT EXISTS (
                    SELECT
                    FROM pg_locks
                    WHERE pid = @second
                      AND NOT granted
                      AND @ProcessID = ANY (pg_blocking_pids(pid)))
                """,
                new { second, first.ProcessID }),
            () => "the second does not wait for the first");
    }

    private static Task<int> AddAsync(NpgsqlConnection connection, Guid? unit, string? from, string? to) => connection.ExecuteAsync(
        """
        INSERT INTO reserve.rate_plans (id, property_id, unit_id, base_price, valid_from, valid_to)
        VALUES (gen_random_uuid(), @Property, @unit, 200, @from::date, @to::date)
        """,
        new { Property, unit, from, to });

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
