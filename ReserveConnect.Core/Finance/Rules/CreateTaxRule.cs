using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Rules;

/// <summary>Makes a tax rule. Taxes are data: which there are and what they are on is said here, and not in the program.</summary>
public sealed class CreateTaxRule(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_rule</c> with one error for each field, <c>city_not_found</c>,
    /// <c>rule_not_found</c>, <c>scope_mismatch</c>, <c>rule_has_ended</c>, <c>rules_overlap</c> with the other rule.
    /// </summary>
    public async Task<Outcome<TaxRuleView>> RunAsync(TaxRuleOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Check() is { } unsound ? unsound : await database.TransactAsync(unit => WriteAsync(unit, order, clock.GetUtcNow()), cancellation);
    }

    private static async Task<Outcome<TaxRuleView>> WriteAsync(UnitOfWork unit, TaxRuleOrder order, DateTimeOffset now)
    {
        var book = RuleBook.Tax;
        await book.LockAsync(unit);
        var id = order.OperationId ?? Guid.CreateVersion7(now);
        if (await TaxRuleList.FindAsync(unit.Connection, id) is { } before)
        {
            return before;
        }

        if (await RuleDay.TodayAsync(unit.Connection, order.CityId, now) is not { } today)
        {
            return RuleRefusals.CityNotFound;
        }

        if (order.EffectiveFrom < today)
        {
            return RuleRefusals.Invalid("effective_from", "in_past", $"Not before today, {today:yyyy-MM-dd}.");
        }

        var drawn = new { Id = id, order.CityId, order.TaxType, order.AppliesTo, order.EffectiveFrom, order.EffectiveTo };
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

        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.tax_rules (id, city_id, tax_type, rate, applies_to, effective_from, effective_to, reason, created_at, created_by)
            VALUES (@id, @CityId, @TaxType, @Rate, @AppliesTo, @EffectiveFrom, @EffectiveTo, @Reason, @now, @Actor)
            """,
            new
            {
                id,
                order.CityId,
                order.TaxType,
                order.Rate,
                order.AppliesTo,
                order.EffectiveFrom,
                order.EffectiveTo,
                order.Reason,
                now,
                Actor = order.Actor.Name,
            });
        var made = (await TaxRuleList.FindAsync(unit.Connection, id))!;
        await QuotedTaxes.ChangedAsync(unit, made, now);
        await AuditLog.WriteAsync(unit, book.EntityType, id, "create", null, made, order.Reason, order.Actor.Name, now);
        return made;
    }
}
