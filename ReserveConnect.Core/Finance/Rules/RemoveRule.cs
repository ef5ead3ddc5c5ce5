using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Rules;

/// <summary>Takes back a rule that has not begun, of commission or of tax. The audit keeps what it said.</summary>
public sealed class RemoveRule(ReserveDatabase database, TimeProvider clock)
{
    /// <returns>Null: it is gone. Refusals: <c>rule_not_found</c>, <c>rule_has_begun</c>, <c>no_rule_left</c>.</returns>
    public Task<Refusal?> OfCommissionAsync(Guid id, Actor actor, CancellationToken cancellation) =>
        database.TransactAsync<Refusal?>(
            async unit =>
            {
                var removed = await CommissionRules.FindAsync(unit.Connection, id);
                if (await RemoveAsync(unit, RuleBook.Commission, id, removed, actor) is { } refusal)
                {
                    return refusal;
                }

                if (await DefaultCommission.IsMissingAsync(unit))
                {
                    unit.RollBack();
                    return RuleRefusals.NoRuleLeft;
                }

                return null;
            },
            cancellation);

    /// <returns>Null: it is gone. Refusals: <c>rule_not_found</c>, <c>rule_has_begun</c>.</returns>
    public Task<Refusal?> OfTaxAsync(Guid id, Actor actor, CancellationToken cancellation) =>
        database.TransactAsync<Refusal?>(
            async unit =>
            {
                var removed = await TaxRuleList.FindAsync(unit.Connection, id);
                if (await RemoveAsync(unit, RuleBook.Tax, id, removed, actor) is { } refusal)
                {
                    return refusal;
                }

                await QuotedTaxes.ChangedAsync(unit, removed!, clock.GetUtcNow());
                return null;
            },
            cancellation);

    private async Task<Refusal?> RemoveAsync(UnitOfWork unit, RuleBook book, Guid id, object? removed, Actor actor)
    {
        var now = clock.GetUtcNow();
        await book.LockAsync(unit);
        if (await book.FindAsync(unit.Connection, id, now) is not { } rule)
        {
            return RuleRefusals.NotFound;
        }

        if (rule.HasBegun)
        {
            return RuleRefusals.HasBegun;
        }

        await book.DeleteAsync(unit, id);
        await AuditLog.WriteAsync(unit, book.EntityType, id, "remove", removed, null, null, actor.Name, now);
        return null;
    }
}
