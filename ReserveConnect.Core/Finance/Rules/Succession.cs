using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Rules;

/// <summary>A rule that takes the place of another: the other ends the day before, or is gone where it would not have begun by then.</summary>
internal static class Succession
{
    /// <param name="unit">Has the lock of the book.</param>
    /// <param name="book">Whose rules.</param>
    /// <param name="replaced">The rule that gives way.</param>
    /// <param name="drawn">The rule that takes its place, as the book's parameters.</param>
    /// <param name="from">Its first day.</param>
    /// <returns>Null: there is room. Refusals: <c>rule_not_found</c>, <c>scope_mismatch</c>, <c>rule_has_ended</c>, <c>invalid_rule</c>.</returns>
    public static async Task<Refusal?> MakeRoomAsync(
        UnitOfWork unit, RuleBook book, Guid replaced, object drawn, DateOnly from, string reason, string actor, DateTimeOffset now)
    {
        if (await book.FindAsync(unit.Connection, replaced, now) is not { } stands)
        {
            return RuleRefusals.NotFound;
        }

        if (!await book.AreOfOneScopeAsync(unit.Connection, replaced, drawn))
        {
            return Refusal.Unprocessable(
                "scope_mismatch", "A rule replaces one of its own scope.", new FieldError("replaces", "scope_mismatch", "Must be a rule of the same scope."));
        }

        if (stands.HasEnded || stands.EffectiveTo < from)
        {
            return RuleRefusals.HasEnded;
        }

        if (from <= stands.EffectiveFrom && !stands.HasBegun)
        {
            await book.DeleteAsync(unit, replaced);
            await AuditLog.WriteAsync(unit, book.EntityType, replaced, "remove", stands, null, reason, actor, now);
            return null;
        }

        if (from <= stands.Today)
        {
            return RuleRefusals.Invalid("effective_from", "in_force", $"The replaced rule is in force today: the next one begins after {stands.Today:yyyy-MM-dd}.");
        }

        var last = from.AddDays(-1);
        await book.SetEndAsync(unit, replaced, last, reason, actor, now);
        await AuditLog.WriteAsync(unit, book.EntityType, replaced, "end", new { stands.EffectiveTo }, new { EffectiveTo = last }, reason, actor, now);
        return null;
    }
}
