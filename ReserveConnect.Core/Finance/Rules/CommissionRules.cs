using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Finance.Rules;

/// <summary>Which commission rules are asked for; null: whatever it is.</summary>
/// <param name="PropertyId">The property's own.</param>
/// <param name="CityId">The city's own.</param>
/// <param name="On">In force on this day.</param>
/// <param name="Scope"><c>property</c>, <c>city</c> or <c>default</c>.</param>
public sealed record CommissionRuleQuery(Guid? PropertyId, Guid? CityId, DateOnly? On, string? Scope, string? Cursor, int Limit);

/// <summary>A page of rules, latest made first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record RulePage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>The commission rules, those that are over among them.</summary>
public sealed class CommissionRules(ReserveDatabase database)
{
    private const string Select =
        """
        SELECT r.id, r.property_id, r.city_id, r.rule_type, r.rate_percentage, r.fixed_amount, r.tiers::text AS tiers, r.min_commission, r.max_commission,
               r.effective_from, r.effective_to, r.reason, r.created_at, r.created_by, r.ended_at, r.ended_by, r.end_reason
        FROM reserve.commission_rules r
        """;

    /// <summary>A page of them. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<RulePage<CommissionRuleView>>> ListAsync(Actor actor, CommissionRuleQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        var cursor = RuleCursor.Read(query.Cursor);
        if (cursor.Refusal is not null)
        {
            return cursor.Refusal;
        }

        var asked = Conditions.Of(
            (cursor.Value is not null, "r.id < @before"),
            (query.PropertyId is not null, "r.property_id = @PropertyId"),
            (query.CityId is not null, "r.city_id = @CityId"),
            (query.On is not null, "r.effective_from <= @On AND (r.effective_to IS NULL OR r.effective_to >= @On)"),
            (query.Scope == "property", "r.property_id IS NOT NULL"),
            (query.Scope == "city", "r.city_id IS NOT NULL"),
            (query.Scope == "default", "r.property_id IS NULL AND r.city_id IS NULL"));
        return await database.ReadAsync<Outcome<RulePage<CommissionRuleView>>>(
            actor,
            async connection =>
            {
                var rows = (await connection.QueryAsync<Row>(
                    $"""
                    {Select}
                    WHERE r.is_active
                      AND {asked}
                    ORDER BY r.id DESC
                    LIMIT @most
                    """,
                    new { before = cursor.Value, query.PropertyId, query.CityId, query.On, most = query.Limit + 1 })).AsList();
                return RuleCursor.Page([.. rows.Select(row => row.ToView())], query.Limit, rule => rule.Id);
            },
            cancellation);
    }

    /// <summary>One rule; null: there is none.</summary>
    internal static async Task<CommissionRuleView?> FindAsync(NpgsqlConnection connection, Guid id) =>
        (await connection.QuerySingleOrDefaultAsync<Row>($"{Select} WHERE r.id = @id", new { id }))?.ToView();

    private sealed record Row(
        Guid Id, Guid? PropertyId, Guid? CityId, string RuleType, decimal? RatePercentage, decimal? FixedAmount, string? Tiers, decimal? MinCommission,
        decimal? MaxCommission, DateOnly EffectiveFrom, DateOnly? EffectiveTo, string? Reason, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? EndedAt,
        string? EndedBy, string? EndReason)
    {
        public CommissionRuleView ToView() => new(
            Id, PropertyId is not null ? "property" : CityId is not null ? "city" : "default", PropertyId, CityId, RuleType, RatePercentage, FixedAmount,
            Tiers is null ? null : JsonSerializer.Deserialize<List<CommissionTier>>(Tiers, EventJson.Options), MinCommission, MaxCommission, EffectiveFrom, EffectiveTo,
            Reason, CreatedAt, CreatedBy, EndedAt, EndedBy, EndReason);
    }
}
