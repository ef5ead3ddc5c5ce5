using System.Globalization;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Rules;

/// <summary>A booking whose commission is asked for.</summary>
/// <param name="UnitId">In place of its property.</param>
/// <param name="BasePrice">BRL.</param>
/// <param name="DiscountAmount">Off the base price.</param>
/// <param name="At">UTC instant of the confirmation; null: now.</param>
/// <param name="BookingsThisMonth">The property's earlier bookings of the month; null: as they are counted.</param>
public sealed record CommissionQuestion(
    Guid? PropertyId, Guid? UnitId, decimal BasePrice, decimal DiscountAmount, DateTimeOffset? At, int? BookingsThisMonth);

/// <summary>A commission, and how it came about.</summary>
/// <param name="At">UTC instant of the confirmation.</param>
/// <param name="Date">The city's local date then, by which rules are in force.</param>
/// <param name="BookingsThisMonth">The property's bookings of the month before it.</param>
/// <param name="Scope">Whose rule won: <c>property</c>, <c>city</c> or <c>default</c>.</param>
/// <param name="ScopeReason">Why.</param>
/// <param name="Lines">They add up to the commission.</param>
/// <param name="ServiceTaxRate">ISS of the city, per cent.</param>
/// <param name="ServiceTax">ISS on the commission; that on a service fee comes on top.</param>
/// <param name="NetToProperty">Base price less discount and commission; a cleaning fee comes on top.</param>
public sealed record CommissionAnswer(
    Guid PropertyId, string Currency, DateTimeOffset At, DateOnly Date, decimal BasePrice, decimal DiscountAmount, decimal BaseLessDiscount, int BookingsThisMonth,
    string Scope, string ScopeReason, CommissionRuleView Rule, IReadOnlyList<CommissionLine> Lines, decimal CommissionAmount, decimal ServiceTaxRate,
    decimal ServiceTax, decimal NetToProperty);

/// <summary><c>calculate_commission</c>: what a booking's commission is, or would be, line by line, by what confirms bookings.</summary>
public sealed class CalculateCommission(ReserveDatabase database, TimeProvider clock)
{
    private const decimal Most = 9_999_999_999.99m;

    /// <summary>Refusals: <c>invalid_commission_quote</c> with one error for each field, <c>property_not_found</c>, <c>unit_not_found</c>.</summary>
    public async Task<Outcome<CommissionAnswer>> RunAsync(Actor actor, CommissionQuestion asked, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(asked);
        List<FieldError> errors = [.. ErrorsOf(asked)];
        return errors.Count > 0
            ? Refusal.Unprocessable("invalid_commission_quote", "No commission can be worked out for this.", [.. errors])
            : await database.ReadAsync(actor, connection => AnswerAsync(connection, asked, asked.At?.ToUniversalTime() ?? clock.GetUtcNow()), cancellation);
    }

    private static async Task<Outcome<CommissionAnswer>> AnswerAsync(NpgsqlConnection connection, CommissionQuestion asked, DateTimeOffset at)
    {
        var property = await connection.QuerySingleOrDefaultAsync<(Guid Id, Guid CityId)?>(
            """
            SELECT p.id, p.city_id
            FROM reserve.properties_map p
            WHERE p.id = coalesce(@PropertyId, (SELECT u.property_id FROM reserve.unit_map u WHERE u.id = @UnitId))
            """,
            new { asked.PropertyId, asked.UnitId });
        if (property is not { } found)
        {
            return asked.UnitId is null ? RuleRefusals.PropertyNotFound : Refusal.NotFound("unit_not_found", "There is no such unit.");
        }

        var rules = await FinanceRules.FindAsync(connection, found.Id, found.CityId, at);
        if (rules is null)
        {
            return Refusal.Unprocessable(
                "no_rule_in_force", "No commission rule was in force then.", new FieldError("at", "no_rule_in_force", "Before the first rule."));
        }

        var baseLessDiscount = asked.BasePrice - asked.DiscountAmount;
        var bookings = asked.BookingsThisMonth ?? rules.BookingsThisMonth;
        var commission = Commission.For(rules.Commission, baseLessDiscount, bookings);
        var money = new ConfirmedMoney(Guid.Empty, Guid.Empty, found.Id, Ledger.Currency, baseLessDiscount, 0m, 0m, 0m, commission.Amount);
        var (scope, why) = ScopeOf(rules);
        return new CommissionAnswer(
            found.Id, Ledger.Currency, at, rules.Today, asked.BasePrice, asked.DiscountAmount, baseLessDiscount, bookings, scope, why,
            (await CommissionRules.FindAsync(connection, rules.Commission.Id))!, Commission.Steps(rules.Commission, baseLessDiscount, bookings), commission.Amount,
            rules.ServiceTaxRate, money.ServiceTaxAt(rules.ServiceTaxRate), money.NetToProperty);
    }

    private static (string Scope, string Why) ScopeOf(FinanceRules rules)
    {
        var date = rules.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return rules.Commission switch
        {
            { PropertyId: not null } => ("property", $"the property has a rule of its own on {date}, which wins over its city's and the default"),
            { CityId: not null } => ("city", $"the property has no rule of its own on {date}; its city has, which wins over the default"),
            _ => ("default", $"neither the property nor its city has a rule of its own on {date}: the default"),
        };
    }

    private static IEnumerable<FieldError> ErrorsOf(CommissionQuestion asked)
    {
        if ((asked.PropertyId is null) == (asked.UnitId is null))
        {
            yield return new("property_id", "property_or_unit", "Send the property, or one of its units.");
        }

        foreach (var error in RuleRefusals.OfFigure("base_price", asked.BasePrice, Most).Concat(RuleRefusals.OfFigure("discount_amount", asked.DiscountAmount, Most)))
        {
            yield return error;
        }

        if (asked.DiscountAmount > asked.BasePrice)
        {
            yield return new("discount_amount", "invalid_value", "At most the base price.");
        }

        if (asked.BookingsThisMonth is < 0 or > CommissionRuleOrder.MostBookings)
        {
            yield return new("bookings_this_month", "invalid_value", FormattableString.Invariant($"From 0 to {CommissionRuleOrder.MostBookings}."));
        }

        if (asked.At is { Year: < 2000 or >= 2200 })
        {
            yield return new("at", "invalid_value", "An instant of this century or the next.");
        }
    }
}
