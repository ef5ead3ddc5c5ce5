using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Rules;

/// <summary>
/// Makes a commission rule (money.md, commission). It is in force from its first day on and says nothing of bookings that stand: those
/// keep the rule that they were confirmed under.
/// </summary>
public sealed class CreateCommissionRule(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_rule</c> with one error for each field, <c>property_not_found</c>,
    /// <c>city_not_found</c>, <c>rule_not_found</c>, <c>scope_mismatch</c>, <c>rule_has_ended</c>, <c>rules_overlap</c> with the other rule,
    /// <c>no_rule_left</c>.
    /// </summary>
    public async Task<Outcome<CommissionRuleView>> RunAsync(CommissionRuleOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Check() is { } unsound ? unsound : await database.TransactAsync(unit => WriteAsync(unit, order, clock.GetUtcNow()), cancellation);
    }

    private static async Task<Outcome<CommissionRuleView>> WriteAsync(UnitOfWork unit, CommissionRuleOrder order, DateTimeOffset now)
    {
        var book = RuleBook.Commission;
        await book.LockAsync(unit);
        var id = order.OperationId ?? Guid.CreateVersion7(now);
        if (await CommissionRules.FindAsync(unit.Connection, id) is { } before)
        {
            return before;
        }

        var today = await TodayAsync(unit.Connection, order, now);
        if (today.Refusal is not null)
        {
            return today.Refusal;
        }

        if (order.EffectiveFrom < today.Value)
        {
            return RuleRefusals.Invalid("effective_from", "in_past", $"Not before today, {today.Value:yyyy-MM-dd}.");
        }

        var drawn = new { Id = id, order.PropertyId, order.CityId, order.EffectiveFrom, order.EffectiveTo };
        if (order.Replaces is { } replaced
            && await Succession.MakeRoomAsync(unit, book, replaced, drawn, order.EffectiveFrom, order.Reason, order.Actor.Name, now) is { } refusal)
        {
            unit.RollBack();
            return refusal;
        }

        if (await book.InTheWayAsync(unit.Connection, drawn) is { } other)
        {
            unit.RollBack();
            return RuleRefusals.Overlap(other);
        }

        await InsertAsync(unit, id, order, now);
        if (await DefaultCommission.IsMissingAsync(unit))
        {
            unit.RollBack();
            return RuleRefusals.NoRuleLeft;
        }

        var made = (await CommissionRules.FindAsync(unit.Connection, id))!;
        await AuditLog.WriteAsync(unit, book.EntityType, id, "create", null, made, order.Reason, order.Actor.Name, now);
        return made;
    }

    private static async Task<Outcome<DateOnly>> TodayAsync(NpgsqlConnection connection, CommissionRuleOrder order, DateTimeOffset now)
    {
        var city = order.CityId;
        if (order.PropertyId is { } property)
        {
            city = await connection.ExecuteScalarAsync<Guid?>("SELECT city_id FROM reserve.properties_map WHERE id = @property", new { property });
            if (city is null)
            {
                return RuleRefusals.PropertyNotFound;
            }
        }

        return await RuleDay.TodayAsync(connection, city, now) is { } today ? today : RuleRefusals.CityNotFound;
    }

    private static Task InsertAsync(UnitOfWork unit, Guid id, CommissionRuleOrder order, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.commission_rules
                (id, property_id, city_id, rule_type, rate_percentage, fixed_amount, tiers, min_commission, max_commission, effective_from, effective_to,
                 reason, created_at, created_by)
            VALUES (@id, @PropertyId, @CityId, @RuleType, @RatePercentage, @FixedAmount, @Tiers::jsonb, @MinCommission, @MaxCommission, @EffectiveFrom, @EffectiveTo,
                    @Reason, @now, @Actor)
            """,
            new
            {
                id,
                order.PropertyId,
                order.CityId,
                order.RuleType,
                order.RatePercentage,
                order.FixedAmount,
                Tiers = order.Tiers is null ? null : JsonSerializer.Serialize(order.Tiers, EventJson.Options),
                order.MinCommission,
                order.MaxCommission,
                order.EffectiveFrom,
                order.EffectiveTo,
                order.Reason,
                now,
                Actor = order.Actor.Name,
            });
}
