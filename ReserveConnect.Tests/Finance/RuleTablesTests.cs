using Dapper;
using Npgsql;
using ReserveConnect.Finance;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>What the tables of the rules refuse by themselves, whoever writes: here the application's role with plain SQL.</summary>
public sealed class RuleTablesTests(MigratedDatabase fixture) : IClassFixture<MigratedDatabase>
{
    private const string Urubici = "0198b0a0-0000-7000-8000-000000000001";

    [Theory]
    [InlineData("2030-03-01", "2030-05-31")]
    [InlineData("2030-01-01", "2030-03-31")]
    [InlineData("2030-06-30", null)]
    [InlineData("2030-04-10", "2030-04-10")]
    [InlineData("2029-01-01", null)]
    public async Task Two_rules_of_one_scope_on_one_day_are_refused(string from, string? to)
    {
        await using var connection = await BeginAsync();
        await AddAsync(connection, Urubici, "2030-03-31", "2030-06-30");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AddAsync(connection, Urubici, from, to));

        Assert.Equal((PostgresErrorCodes.ExclusionViolation, "commission_rules_do_not_overlap"), (refused.SqlState, refused.ConstraintName));
    }

    [Theory]
    [InlineData("2030-03-01", "2030-03-30")]
    [InlineData("2030-07-01", null)]
    public async Task Rules_that_follow_each_other_are_not_refused(string from, string? to)
    {
        await using var connection = await BeginAsync();
        await AddAsync(connection, Urubici, "2030-03-31", "2030-06-30");

        await AddAsync(connection, Urubici, from, to);
    }

    [Fact]
    public async Task Two_who_make_a_rule_at_once_do_not_both_make_it()
    {
        await using var one = await BeginAsync();
        await AddAsync(one, Urubici, "2031-01-01", null);
        await using var other = await BeginAsync();
        var waiting = AddAsync(other, Urubici, "2032-01-01", "2032-12-31");
        await one.ExecuteAsync("COMMIT WORK");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => waiting);

        Assert.Equal(PostgresErrorCodes.ExclusionViolation, refused.SqlState);
        await one.ExecuteAsync("DELETE FROM reserve.commission_rules WHERE city_id IS NOT NULL");
    }

    [Fact]
    public async Task One_tax_is_in_force_once_and_others_beside_it()
    {
        await using var connection = await BeginAsync();
        await AddTaxAsync(connection, "PIS", "commission", Urubici);
        await AddTaxAsync(connection, "PIS", "commission", null);
        await AddTaxAsync(connection, "PIS", "payout", Urubici);
        await AddTaxAsync(connection, "COFINS", "commission", Urubici);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AddTaxAsync(connection, "PIS", "commission", Urubici));

        Assert.Equal("tax_rules_do_not_overlap", refused.ConstraintName);
    }

    [Theory]
    [InlineData("UPDATE reserve.commission_rules SET min_commission = 49.99", "RC002")]
    [InlineData("UPDATE reserve.commission_rules SET is_active = false", "RC002")]
    [InlineData("UPDATE reserve.tax_rules SET rate = 2", "RC002")]
    [InlineData("UPDATE reserve.commission_rules SET effective_to = '2030-01-01'", "RC007")]
    [InlineData("DELETE FROM reserve.commission_rules", "RC007")]
    [InlineData("INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from, effective_to) VALUES (gen_random_uuid(), 'X', 1, 'booking', '2030-01-02', '2030-01-01')", "23514")]
    [InlineData("UPDATE reserve.tax_accruals SET amount = 0", "42501")]
    public async Task What_was_in_force_stays_as_it_was_and_a_default_is_always_there(string sql, string state)
    {
        await using var connection = await BeginAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync($"{sql}; SET CONSTRAINTS ALL IMMEDIATE"));

        Assert.Equal(state, refused.SqlState);
    }

    [Theory]
    [InlineData("2030-01-31", "2030-02-01", true)]
    [InlineData("2030-01-31", "2030-02-02", false)]
    public async Task A_default_ends_where_another_begins(string last, string next, bool isAllowed)
    {
        await using var connection = await BeginAsync();
        await connection.ExecuteAsync("UPDATE reserve.commission_rules SET effective_to = @last::date", new { last });
        await AddAsync(connection, null, next, null);

        var check = connection.ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE");

        if (isAllowed)
        {
            await check;
        }
        else
        {
            Assert.Equal("RC007", (await Assert.ThrowsAsync<PostgresException>(() => check)).SqlState);
        }
    }

    [Fact]
    public async Task A_citys_own_tax_wins_on_its_days()
    {
        await using var connection = await BeginAsync();
        await AddTaxAsync(connection, "IOF", TaxRules.OnPayout, Urubici, rate: 1.10m, from: "2030-01-01", to: "2030-01-31");

        Assert.Equal(0.38m, (await RateAsync(connection, "2029-12-31"))!.Rate);
        Assert.Equal(1.10m, (await RateAsync(connection, "2030-01-01"))!.Rate);
        Assert.Equal(1.10m, (await RateAsync(connection, "2030-01-31"))!.Rate);
        Assert.Equal((0.38m, null), (await RateAsync(connection, "2030-02-01") is { } after ? (after.Rate, after.CityId) : default));
        Assert.Null(await RateAsync(connection, "2025-12-31"));
        Assert.Null(await TaxRules.InForceAsync(connection, null, TaxRules.OnBooking, "IOF", new(2030, 1, 1)));
    }

    private static Task<TaxInForce?> RateAsync(NpgsqlConnection connection, string date) =>
        TaxRules.InForceAsync(connection, Guid.Parse(Urubici), TaxRules.OnPayout, "IOF", DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture));

    private async Task<NpgsqlConnection> BeginAsync()
    {
        var connection = new NpgsqlConnection(fixture.ServiceConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync("BEGIN WORK");
        return connection;
    }

    private static Task AddAsync(NpgsqlConnection connection, string? city, string from, string? to) =>
        connection.ExecuteAsync(
            """
            INSERT INTO reserve.commission_rules (id, city_id, rule_type, rate_percentage, effective_from, effective_to)
            VALUES (gen_random_uuid(), @city::uuid, 'percentage', 12, @from::date, @to::date)
            """,
            new { city, from, to });

    private static Task AddTaxAsync(
        NpgsqlConnection connection, string type, string appliesTo, string? city, decimal rate = 1m, string from = "2030-01-01", string? to = null) =>
        connection.ExecuteAsync(
            """
            INSERT INTO reserve.tax_rules (id, city_id, tax_type, rate, applies_to, effective_from, effective_to)
            VALUES (gen_random_uuid(), @city::uuid, @type, @rate, @appliesTo, @from::date, @to::date)
            """,
            new { city, type, rate, appliesTo, from, to });
}
