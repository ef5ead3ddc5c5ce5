using ReserveConnect.Accounts;
using ReserveConnect.Payments;

namespace ReserveConnect.Finance.Rules;

/// <summary>A commission rule that a supervisor wants; for a property, for a city, or for all that have no other.</summary>
/// <param name="RatePercentage">Of a <c>percentage</c> rule, and of no other.</param>
/// <param name="FixedAmount">Of a <c>fixed</c> rule, BRL.</param>
/// <param name="Tiers">Of a <c>tiered</c> rule, from 0 bookings upwards.</param>
/// <param name="EffectiveFrom">First local date, not before today.</param>
/// <param name="EffectiveTo">Last local date; null: without end.</param>
/// <param name="Replaces">A rule of the same scope: it ends the day before, or is gone where it would not have begun.</param>
/// <param name="Reason">In their own words; kept with it.</param>
/// <param name="OperationId">The order's name: given twice, it is one order. Null: an order of its own.</param>
public sealed record CommissionRuleOrder(
    Guid? PropertyId, Guid? CityId, string RuleType, decimal? RatePercentage, decimal? FixedAmount, IReadOnlyList<CommissionTier>? Tiers, decimal? MinCommission,
    decimal? MaxCommission, DateOnly EffectiveFrom, DateOnly? EffectiveTo, Guid? Replaces, string Reason, Actor Actor, Guid? OperationId)
{
    /// <summary>Tiers that a rule may have.</summary>
    public const int MostTiers = 20;

    /// <summary>Bookings a month that a tier may begin at.</summary>
    public const int MostBookings = 1_000_000;

    /// <summary>What can be said without looking anything up; null: it is sound so far.</summary>
    public Refusal? Check()
    {
        if (StaffRefusals.OfReason(Reason) is { } unexplained)
        {
            return unexplained;
        }

        List<FieldError> errors =
        [
            .. OfKind(),
            .. RuleRefusals.OfFigure("rate_percentage", RatePercentage, 100m),
            .. RuleRefusals.OfFigure("fixed_amount", FixedAmount, Most),
            .. OfTiers(),
            .. RuleRefusals.OfFigure("min_commission", MinCommission, Most),
            .. RuleRefusals.OfFigure("max_commission", MaxCommission, Most),
            .. RuleRefusals.OfPeriod(EffectiveFrom, EffectiveTo),
        ];
        if (PropertyId is not null && CityId is not null)
        {
            errors.Add(new("city_id", "one_scope", "A rule is a property's or a city's: a property has its city."));
        }

        if (MaxCommission < MinCommission)
        {
            errors.Add(new("max_commission", "invalid_bounds", "Not below min_commission."));
        }

        return errors.Count == 0 ? null : RuleRefusals.Invalid(errors);
    }

    private const decimal Most = 9_999_999_999.99m;

    private IEnumerable<FieldError> OfKind()
    {
        (string Kind, string Field, bool IsSent)[] figures =
        [
            (CommissionRule.Percentage, "rate_percentage", RatePercentage is not null),
            (CommissionRule.Fixed, "fixed_amount", FixedAmount is not null),
            (CommissionRule.Tiered, "tiers", Tiers is not null),
        ];
        if (!figures.Any(figure => figure.Kind == RuleType))
        {
            yield return new("rule_type", "invalid_value", "Must be one of: percentage, fixed, tiered.");
            yield break;
        }

        foreach (var (kind, field, isSent) in figures)
        {
            if (isSent != (kind == RuleType))
            {
                yield return isSent ? new(field, "not_used", $"A {RuleType} rule does not use it.") : new(field, "required", $"A {RuleType} rule needs it.");
            }
        }
    }

    private IEnumerable<FieldError> OfTiers()
    {
        if (Tiers is null)
        {
            yield break;
        }

        if (Tiers.Count is 0 or > MostTiers)
        {
            yield return new("tiers", "invalid_value", $"From 1 to {MostTiers} tiers.");
            yield break;
        }

        for (var index = 0; index < Tiers.Count; index++)
        {
            var tier = Tiers[index];
            if (index == 0 ? tier.FromBookings != 0 : tier.FromBookings <= Tiers[index - 1].FromBookings || tier.FromBookings > MostBookings)
            {
                yield return new($"tiers[{index}].from_bookings", "invalid_value", index == 0 ? "The first tier is from 0." : $"More than the tier before, at most {MostBookings}.");
            }

            foreach (var error in RuleRefusals.OfFigure($"tiers[{index}].rate_percentage", tier.RatePercentage, 100m))
            {
                yield return error;
            }
        }
    }
}
