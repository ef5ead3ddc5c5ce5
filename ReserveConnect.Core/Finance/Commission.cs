using System.Globalization;

namespace ReserveConnect.Finance;

/// <summary>A rate that holds once a property's earlier bookings of the calendar month have reached a count.</summary>
public sealed record CommissionTier(int FromBookings, decimal RatePercentage);

/// <summary>The rule in force; a property's own wins over its city's, and that over the default (design section 11).</summary>
public sealed record CommissionRule(
    Guid Id, string RuleType, decimal? RatePercentage, decimal? FixedAmount, IReadOnlyList<CommissionTier> Tiers,
    decimal? MinCommission, decimal? MaxCommission)
{
    public const string Percentage = "percentage";
    public const string Fixed = "fixed";
    public const string Tiered = "tiered";

    /// <summary>Whose rule it is; null with <see cref="CityId"/>: the default.</summary>
    public Guid? PropertyId { get; init; }

    /// <inheritdoc cref="PropertyId"/>
    public Guid? CityId { get; init; }
}

/// <summary>One step of the way to a commission.</summary>
/// <param name="Step"><c>rate</c>, <c>tier</c> or <c>fixed</c>, then what bounds it: <c>minimum</c>, <c>maximum</c>, <c>base_price</c>.</param>
/// <param name="Text">In words, with its figures.</param>
/// <param name="Amount">What the step adds or takes away, BRL; all of them add up to the commission.</param>
public sealed record CommissionLine(string Step, string Text, decimal Amount);

/// <summary>What the platform keeps of a booking.</summary>
/// <param name="Amount">BRL, two places.</param>
/// <param name="Rule">The rule that gave it, kept with the reservation.</param>
/// <param name="BookingsThisMonth">The property's confirmed bookings of the calendar month before this one.</param>
public sealed record Commission(decimal Amount, CommissionRule Rule, int BookingsThisMonth)
{
    /// <summary>
    /// Commission on the base price less discount (money.md): by the rule's kind, then at least its minimum, then at
    /// most its maximum, and never more than the base itself.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rule lacks the figure that its kind needs.</exception>
    public static Commission For(CommissionRule rule, decimal baseLessDiscount, int bookingsThisMonth) =>
        new(Steps(rule, baseLessDiscount, bookingsThisMonth).Sum(line => line.Amount), rule, bookingsThisMonth);

    /// <summary>The way to the amount, line by line.</summary>
    /// <exception cref="InvalidOperationException">The rule lacks the figure that its kind needs.</exception>
    public static IReadOnlyList<CommissionLine> Steps(CommissionRule rule, decimal baseLessDiscount, int bookingsThisMonth)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfNegative(baseLessDiscount);
        var first = rule.RuleType switch
        {
            CommissionRule.Percentage => Share("rate", "", baseLessDiscount, rule.RatePercentage ?? throw Incomplete(rule)),
            CommissionRule.Fixed => new("fixed", Text($"a fixed {rule.FixedAmount:0.00}"), rule.FixedAmount ?? throw Incomplete(rule)),
            CommissionRule.Tiered when TierOf(rule, bookingsThisMonth) is { } tier => Share(
                "tier", Text($"booking {bookingsThisMonth + 1} of the month is in the tier from {tier.FromBookings} earlier ones: "), baseLessDiscount, tier.RatePercentage),
            _ => throw Incomplete(rule),
        };
        List<CommissionLine> lines = [first];
        var amount = first.Amount;
        Bound("minimum", rule.MinCommission is { } least ? Math.Max(amount, least) : amount, $"raised to the minimum of {rule.MinCommission:0.00}");
        Bound("maximum", rule.MaxCommission is { } most ? Math.Min(amount, most) : amount, $"cut to the maximum of {rule.MaxCommission:0.00}");
        Bound("base_price", Math.Min(amount, baseLessDiscount), $"cut to the base price less discount, {baseLessDiscount:0.00}");
        return lines;

        void Bound(string step, decimal bounded, FormattableString text)
        {
            if (bounded != amount)
            {
                lines.Add(new(step, Text(text), bounded - amount));
                amount = bounded;
            }
        }
    }

    private static CommissionTier? TierOf(CommissionRule rule, int bookingsThisMonth) =>
        rule.Tiers.Where(t => t.FromBookings <= bookingsThisMonth).MaxBy(t => t.FromBookings);

    private static CommissionLine Share(string step, string why, decimal amount, decimal percentage)
    {
        var exact = amount * percentage / 100m;
        var rounded = decimal.Round(exact, 2, MidpointRounding.ToEven);
        var rounding = rounded == exact ? "" : Text($", rounded half to even from {exact:0.######}");
        return new(step, why + Text($"{percentage:0.##} % of {amount:0.00}") + rounding, rounded);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static InvalidOperationException Incomplete(CommissionRule rule) =>
        new($"commission rule {rule.Id} of type {rule.RuleType} lacks its figures");
}
