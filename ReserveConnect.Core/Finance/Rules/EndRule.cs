using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Rules;

/// <summary>The last day of a rule, as a supervisor wants it.</summary>
/// <param name="Last">Local date, not before today, nor before the rule began.</param>
/// <param name="Reason">In their own words; kept with it.</param>
public sealed record RuleEnd(Guid Id, DateOnly Last, string Reason, Actor Actor);

/// <summary>Ends a rule, of commission or of tax. What was in force stays as it was.</summary>
public sealed class EndRule(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>reason_required</c>, <c>reason_too_long</c>, <c>rule_not_found</c>, <c>rule_has_ended</c>, <c>invalid_rule</c>,
    /// <c>rules_overlap</c> with the other rule, <c>no_rule_left</c>.
    /// </summary>
    public async Task<Outcome<CommissionRuleView>> OfCommissionAsync(RuleEnd order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        return await database.TransactAsync<Outcome<CommissionRuleView>>(
            async unit => await EndAsync(unit, RuleBook.Commission, order) is { } refusal ? refusal : (await CommissionRules.FindAsync(unit.Connection, order.Id))!,
            cancellation);
    }

    /// <summary>The same of a tax rule, of which none need be left.</summary>
    public async Task<Outcome<TaxRuleView>> OfTaxAsync(RuleEnd order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        return await database.TransactAsync<Outcome<TaxRuleView>>(
            async unit =>
            {
                if (await EndAsync(unit, RuleBook.Tax, order) is { } refusal)
                {
                    return refusal;
                }

                var ended = (await TaxRuleList.FindAsync(unit.Connection, order.Id))!;
                await QuotedTaxes.ChangedAsync(unit, ended, clock.GetUtcNow());
                return ended;
            },
            cancellation);
    }

    private async Task<Refusal?> EndAsync(UnitOfWork unit, RuleBook book, RuleEnd order)
    {
        if (StaffRefusals.OfReason(order.Reason) is { } unexplained)
        {
            return unexplained;
        }

        var now = clock.GetUtcNow();
        await book.LockAsync(unit);
        if (await book.FindAsync(unit.Connection, order.Id, now) is not { } rule)
        {
            return RuleRefusals.NotFound;
        }

        if (rule.EffectiveTo == order.Last)
        {
            return null;
        }

        if (rule.HasEnded)
        {
            return RuleRefusals.HasEnded;
        }

        var earliest = rule.EffectiveFrom > rule.Today ? rule.EffectiveFrom : rule.Today;
        if (order.Last < earliest || order.Last.Year >= 2200)
        {
            return RuleRefusals.Invalid("effective_to", "invalid_period", $"Not before {earliest:yyyy-MM-dd}, and a day of this century or the next.");
        }

        if (await book.InTheWayAsync(unit.Connection, rule, order.Last) is { } other)
        {
            return RuleRefusals.Overlap(other);
        }

        await book.SetEndAsync(unit, rule.Id, order.Last, order.Reason, order.Actor.Name, now);
        if (book == RuleBook.Commission && await DefaultCommission.IsMissingAsync(unit))
        {
            unit.RollBack();
            return RuleRefusals.NoRuleLeft;
        }

        await AuditLog.WriteAsync(
            unit, book.EntityType, rule.Id, "end", new { rule.EffectiveTo }, new { EffectiveTo = order.Last }, order.Reason, order.Actor.Name, now);
        return null;
    }
}
