namespace ReserveConnect.Finance;

/// <summary>A rate that holds once a property's earlier bookings of the calendar month have reached a count.</summary>
public sealed record CommissionTier(int FromBookings, decimal RatePercentage);

/// <summary>The rule in force; a property's own wins over its city's, and that over the default (design section 11).</summary>
public sealed record CommissionRule(
    Guid Id, string RuleType, decimal? RatePercentage, decimal? FixedAmount, IReadOnlyList<CommissionTier> Tiers,
    decimal? MinCommission, decimal? MaxCommission);

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
    public static Commission For(CommissionRule rule, decimal baseLessDiscount, int bookingsThisMonth)
    {
        var amount = rule.RuleType switch
        {
            "percentage" => Share(baseLessDiscount, rule.RatePercentage ?? throw Incomplete(rule)),
            "fixed" => rule.FixedAmount ?? throw Incomplete(rule),
            "tiered" => Share(baseLessDiscount, TierRate(rule, bookingsThisMonth)),
            _ => throw Incomplete(rule),
        };
        amount = Math.Max(amount, rule.MinCommission ?? 0m);
        amount = Math.Min(amount, rule.MaxCommission ?? decimal.MaxValue);
        return new(Math.Clamp(amount, 0m, baseLessDiscount), rule, bookingsThisMonth);
    }

    private static decimal TierRate(CommissionRule rule, int bookingsThisMonth) =>
        rule.Tiers.Where(t => t.FromBookings <= bookingsThisMonth).MaxBy(t => t.FromBookings)?.RatePercentage
        ?? throw Incomplete(rule);

    private static decimal Share(decimal amount, decimal percentage) =>
        decimal.Round(amount * percentage / 100m, 2, MidpointRounding.ToEven);

    private static InvalidOperationException Incomplete(CommissionRule rule) =>
        new($"commission rule {rule.Id} of type {rule.RuleType} lacks its figures");
}
