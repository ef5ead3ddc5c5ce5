using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Rules;

/// <summary>Which tax rules are asked for; null: whatever it is.</summary>
/// <param name="CityId">The city's own.</param>
/// <param name="On">In force on this day.</param>
public sealed record TaxRuleQuery(Guid? CityId, string? TaxType, string? AppliesTo, DateOnly? On, string? Cursor, int Limit);

/// <summary>The tax rules, those that are over among them.</summary>
public sealed class TaxRuleList(ReserveDatabase database)
{
    private const string Select =
        """
        SELECT r.id, r.city_id, r.tax_type, r.rate, r.applies_to, r.effective_from, r.effective_to, r.reason, r.created_at, r.created_by, r.ended_at, r.ended_by,
               r.end_reason
        FROM reserve.tax_rules r
        """;

    /// <summary>A page of them. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<RulePage<TaxRuleView>>> ListAsync(Actor actor, TaxRuleQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        var cursor = RuleCursor.Read(query.Cursor);
        if (cursor.Refusal is not null)
        {
            return cursor.Refusal;
        }

        var asked = Conditions.Of(
            (cursor.Value is not null, "r.id < @before"),
            (query.CityId is not null, "r.city_id = @CityId"),
            (query.TaxType is not null, "r.tax_type = @TaxType"),
            (query.AppliesTo is not null, "r.applies_to = @AppliesTo"),
            (query.On is not null, "r.effective_from <= @On AND (r.effective_to IS NULL OR r.effective_to >= @On)"));
        return await database.ReadAsync<Outcome<RulePage<TaxRuleView>>>(
            actor,
            async connection =>
            {
                var rows = (await connection.QueryAsync<TaxRuleView>(
                    $"""
                    {Select}
                    WHERE r.is_active
                      AND {asked}
                    ORDER BY r.id DESC
                    LIMIT @most
                    """,
                    new { before = cursor.Value, query.CityId, query.TaxType, query.AppliesTo, query.On, most = query.Limit + 1 })).AsList();
                return RuleCursor.Page(rows, query.Limit, rule => rule.Id);
            },
            cancellation);
    }

    /// <summary>One rule; null: there is none.</summary>
    internal static Task<TaxRuleView?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<TaxRuleView?>($"{Select} WHERE r.id = @id", new { id });
}
