namespace ReserveConnect.Finance.Rules;

/// <summary>What is said no to of rules, of commission and of tax alike.</summary>
internal static class RuleRefusals
{
    // SQL state of reserve.check_default_commission.
    public const string NoRuleLeftState = "RC007";

    public static Refusal NotFound => Refusal.NotFound("rule_not_found", "There is no such rule.");

    public static Refusal PropertyNotFound => Refusal.NotFound("property_not_found", "There is no such property.");

    public static Refusal CityNotFound => Refusal.NotFound("city_not_found", "There is no such city.");

    public static Refusal HasBegun => Refusal.Conflict("rule_has_begun", "What was in force is never removed. It can be ended.");

    public static Refusal HasEnded => Refusal.Conflict("rule_has_ended", "What is over stays as it was.");

    public static Refusal NoRuleLeft => Refusal.Unprocessable(
        "no_rule_left", "A day would be left without a default commission rule. Make the next one with replaces, which ends this one the day before.",
        new FieldError("effective_to", "no_rule_left", "A default rule must follow the day after."));

    public static Refusal Invalid(IReadOnlyList<FieldError> errors) => Refusal.Unprocessable("invalid_rule", "This is no sound rule.", [.. errors]);

    public static Refusal Invalid(string field, string code, string detail) => Invalid([new(field, code, detail)]);

    public static Refusal Overlap(Guid other) => Refusal.Unprocessable(
        "rules_overlap", "Another rule of the same scope is in force on some of these days. End it first, or name it as replaced.",
        new FieldError("effective_from", "rules_overlap", "Two rules of one scope are never in force on one day.")) with
    {
        Extensions = new Dictionary<string, object?> { ["rule_id"] = other },
    };

    /// <summary>The days of a rule that is to be made.</summary>
    public static IEnumerable<FieldError> OfPeriod(DateOnly from, DateOnly? to)
    {
        if (from.Year is < 2000 or >= 2200)
        {
            yield return new("effective_from", "invalid_value", "A day of this century or the next.");
        }

        if (to < from)
        {
            yield return new("effective_to", "invalid_period", "Not before effective_from.");
        }
        else if (to?.Year >= 2200)
        {
            yield return new("effective_to", "invalid_value", "A day of this century or the next.");
        }
    }

    /// <summary>A figure with at most two places within bounds.</summary>
    public static IEnumerable<FieldError> OfFigure(string field, decimal? figure, decimal most)
    {
        if (figure is { } sent && (sent < 0 || sent > most || decimal.Round(sent, 2) != sent))
        {
            yield return new(field, "invalid_value", FormattableString.Invariant($"From 0 to {most:0.##}, with at most two places."));
        }
    }
}
