using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Rules;

/// <summary>What the rules of commission and those of tax have in common: how they are made to follow each other, ended and removed.</summary>
/// <param name="Table">Where they stand.</param>
/// <param name="Scope">In SQL: that two rules <c>a</c> and <c>b</c> are of one scope.</param>
/// <param name="Drawn">In SQL: a rule that is to be made, as far as its scope goes, with its figures as parameters.</param>
/// <param name="EntityType">What audit rows call one.</param>
internal sealed record RuleBook(string Table, string Scope, string Drawn, string EntityType)
{
    public static RuleBook Commission { get; } = new(
        "reserve.commission_rules",
        "(a.property_id, a.city_id) IS NOT DISTINCT FROM (b.property_id, b.city_id)",
        "SELECT @Id AS id, @PropertyId::uuid AS property_id, @CityId::uuid AS city_id",
        "commission_rule");

    public static RuleBook Tax { get; } = new(
        "reserve.tax_rules",
        "(a.applies_to, a.tax_type) = (b.applies_to, b.tax_type) AND a.city_id IS NOT DISTINCT FROM b.city_id",
        "SELECT @Id AS id, @CityId::uuid AS city_id, @AppliesTo AS applies_to, @TaxType AS tax_type",
        "tax_rule");

    /// <summary>One at a time changes them, so that whoever looks for what is in the way finds it.</summary>
    public Task LockAsync(UnitOfWork unit) =>
        unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended(@Table, 0))", new { Table });

    /// <summary>A rule and the day it is there; null: there is none.</summary>
    public async Task<StandingRule?> FindAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now)
    {
        var property = this == Commission ? "a.property_id" : "NULL::uuid";
        var rule = await connection.QuerySingleOrDefaultAsync<Row>(
            $"""
            SELECT a.id, coalesce(a.city_id, p.city_id) AS city_id, a.effective_from, a.effective_to
            FROM {Table} a
            LEFT JOIN reserve.properties_map p ON p.id = {property}
            WHERE a.id = @id
              AND a.is_active
            """,
            new { id });
        return rule is null
            ? null
            : new(rule.Id, rule.EffectiveFrom, rule.EffectiveTo, (await RuleDay.TodayAsync(connection, rule.CityId, now))!.Value);
    }

    /// <summary>The rule that is in the way of one that is to be made; null: none is.</summary>
    /// <param name="connection">Has the lock.</param>
    /// <param name="drawn">The rule: <c>Id</c>, what its scope is made of, <c>EffectiveFrom</c>, <c>EffectiveTo</c>.</param>
    public Task<Guid?> InTheWayAsync(NpgsqlConnection connection, object drawn) => InTheWayAsync(connection, Drawn, drawn);

    /// <summary>The same for one that stands and is to end on another day.</summary>
    public Task<Guid?> InTheWayAsync(NpgsqlConnection connection, StandingRule rule, DateOnly? last) =>
        InTheWayAsync(connection, $"SELECT * FROM {Table} WHERE id = @Id", new { rule.Id, rule.EffectiveFrom, EffectiveTo = last });

    /// <summary>Whether two rules are of one scope.</summary>
    public Task<bool> AreOfOneScopeAsync(NpgsqlConnection connection, Guid standing, object drawn)
    {
        var both = new DynamicParameters(drawn);
        both.Add("standing", standing);
        return connection.ExecuteScalarAsync<bool>(
            $"""
            SELECT EXISTS (
                SELECT
                FROM ({Drawn}) a
                JOIN {Table} b ON {Scope}
                WHERE b.id = @standing)
            """,
            both);
    }

    private Task<Guid?> InTheWayAsync(NpgsqlConnection connection, string rule, object parameters) =>
        connection.ExecuteScalarAsync<Guid?>(
            $"""
            SELECT b.id
            FROM ({rule}) a
            JOIN {Table} b ON {Scope} AND b.id <> a.id AND b.is_active
            WHERE daterange(@EffectiveFrom::date, @EffectiveTo::date, '[]') && daterange(b.effective_from, b.effective_to, '[]')
            ORDER BY b.effective_from
            LIMIT 1
            """,
            parameters);

    public Task SetEndAsync(UnitOfWork unit, Guid id, DateOnly? last, string reason, string actor, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            $"""
            UPDATE {Table}
            SET effective_to = @last,
                ended_by = @actor,
                ended_at = @now,
                end_reason = @reason
            WHERE id = @id
            """,
            new { id, last, reason, actor, now });

    public Task DeleteAsync(UnitOfWork unit, Guid id) => unit.Connection.ExecuteAsync($"DELETE FROM {Table} WHERE id = @id", new { id });

    private sealed record Row(Guid Id, Guid? CityId, DateOnly EffectiveFrom, DateOnly? EffectiveTo);
}

/// <summary>A rule as far as its days go.</summary>
/// <param name="Today">There.</param>
internal sealed record StandingRule(Guid Id, DateOnly EffectiveFrom, DateOnly? EffectiveTo, DateOnly Today)
{
    public bool HasBegun => EffectiveFrom <= Today;

    public bool HasEnded => EffectiveTo < Today;
}
