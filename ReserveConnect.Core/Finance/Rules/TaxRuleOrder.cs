using System.Text.RegularExpressions;
using ReserveConnect.Accounts;
using ReserveConnect.Payments;

namespace ReserveConnect.Finance.Rules;

/// <summary>A tax rule that a supervisor wants, for a city or for all that have none of their own.</summary>
/// <param name="TaxType">ISS, IOF, PIS, COFINS, ...</param>
/// <param name="Rate">Per cent, two places.</param>
/// <param name="AppliesTo">One of <see cref="TaxRules.Bases"/>.</param>
/// <param name="EffectiveFrom">First local date, not before today.</param>
/// <param name="EffectiveTo">Last local date; null: without end.</param>
/// <param name="Replaces">A rule of the same scope: it ends the day before, or is gone where it would not have begun.</param>
/// <param name="Reason">In their own words; kept with it.</param>
/// <param name="OperationId">The order's name: given twice, it is one order. Null: an order of its own.</param>
public sealed partial record TaxRuleOrder(
    Guid? CityId, string TaxType, decimal Rate, string AppliesTo, DateOnly EffectiveFrom, DateOnly? EffectiveTo, Guid? Replaces, string Reason, Actor Actor,
    Guid? OperationId)
{
    // What the books call all taxes on bookings together.
    private const string OfBookings = "BOOKING";

    /// <summary>What can be said without looking anything up; null: it is sound so far.</summary>
    public Refusal? Check()
    {
        if (StaffRefusals.OfReason(Reason) is { } unexplained)
        {
            return unexplained;
        }

        List<FieldError> errors = [.. RuleRefusals.OfFigure("rate", Rate, 100m), .. RuleRefusals.OfPeriod(EffectiveFrom, EffectiveTo)];
        if (!TaxTypes().IsMatch(TaxType) || TaxType == OfBookings)
        {
            errors.Add(new("tax_type", "invalid_value", "The name of the tax: 2 to 20 capital letters, as ISS, IOF, COFINS."));
        }

        if (!TaxRules.Bases.Contains(AppliesTo, StringComparer.Ordinal))
        {
            errors.Add(new("applies_to", "invalid_value", $"Must be one of: {string.Join(", ", TaxRules.Bases)}."));
        }

        return errors.Count == 0 ? null : RuleRefusals.Invalid(errors);
    }

    [GeneratedRegex("^[A-Z][A-Z_]{1,19}$")]
    private static partial Regex TaxTypes();
}
