namespace ReserveConnect.Finance.Rules;

/// <summary>A commission rule as staff see it.</summary>
/// <param name="Scope"><c>property</c>, <c>city</c> or <c>default</c>: which wins over which, in this order.</param>
/// <param name="RuleType"><c>percentage</c>, <c>fixed</c> or <c>tiered</c>.</param>
/// <param name="RatePercentage">Of base price less discount.</param>
/// <param name="FixedAmount">BRL.</param>
/// <param name="Tiers">Of a tiered one: the rate of the last tier that the property's earlier bookings of the month have reached.</param>
/// <param name="EffectiveFrom">First local date.</param>
/// <param name="EffectiveTo">Last local date; missing: without end.</param>
/// <param name="Reason">Why it was made.</param>
/// <param name="EndedBy">Who said when it ends.</param>
public sealed record CommissionRuleView(
    Guid Id, string Scope, Guid? PropertyId, Guid? CityId, string RuleType, decimal? RatePercentage, decimal? FixedAmount, IReadOnlyList<CommissionTier>? Tiers,
    decimal? MinCommission, decimal? MaxCommission, DateOnly EffectiveFrom, DateOnly? EffectiveTo, string? Reason, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? EndedAt, string? EndedBy, string? EndReason);

/// <summary>A tax rule as staff see it.</summary>
/// <param name="CityId">Missing: of all cities that have none of their own.</param>
/// <param name="Rate">Per cent.</param>
/// <param name="AppliesTo"><c>commission</c>, <c>payout</c> or <c>booking</c>.</param>
/// <inheritdoc cref="CommissionRuleView"/>
public sealed record TaxRuleView(
    Guid Id, Guid? CityId, string TaxType, decimal Rate, string AppliesTo, DateOnly EffectiveFrom, DateOnly? EffectiveTo, string? Reason, DateTimeOffset CreatedAt,
    string CreatedBy, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason);
