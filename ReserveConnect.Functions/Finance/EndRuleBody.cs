namespace ReserveConnect.Functions.Finance;

/// <summary>The body of <c>POST /api/admin/commission-rules/{id}/end</c> and of its twin for taxes.</summary>
/// <param name="EffectiveTo">Its last local date: not before today, nor before it began.</param>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record EndRuleBody(DateOnly EffectiveTo, string Reason);
