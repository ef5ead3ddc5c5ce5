using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;
using Operation = ReserveConnect.Finance.Rules.CreateCommissionRule;

namespace ReserveConnect.Functions.Finance;

/// <summary>A rate of a tiered rule.</summary>
/// <param name="FromBookings">The property's earlier bookings of the month from which on it holds.</param>
public sealed record CommissionTierBody(int FromBookings, decimal RatePercentage);

/// <summary>The body of <c>POST /api/admin/commission-rules</c>: for a property, a city, or neither.</summary>
/// <param name="RuleType"><c>percentage</c>, <c>fixed</c> or <c>tiered</c>; each uses its own figure and no other.</param>
/// <param name="EffectiveFrom">First local date, not before today.</param>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record CreateCommissionRuleBody(string RuleType, DateOnly EffectiveFrom, string Reason)
{
    public Guid? PropertyId { get; init; }

    public Guid? CityId { get; init; }

    /// <summary>Of base price less discount.</summary>
    public decimal? RatePercentage { get; init; }

    /// <summary>BRL.</summary>
    public decimal? FixedAmount { get; init; }

    /// <summary>By the property's earlier bookings of the month, from 0 upwards.</summary>
    public IReadOnlyList<CommissionTierBody>? Tiers { get; init; }

    /// <summary>BRL.</summary>
    public decimal? MinCommission { get; init; }

    /// <summary>BRL.</summary>
    public decimal? MaxCommission { get; init; }

    /// <summary>Last local date; without it there is no end.</summary>
    public DateOnly? EffectiveTo { get; init; }

    /// <summary>A rule of the same scope: it ends the day before.</summary>
    public Guid? Replaces { get; init; }
}

/// <summary><c>create_commission_rule</c>: what is charged from a day on; bookings that stand keep what they were confirmed under.</summary>
public sealed class CreateCommissionRule(Operation create)
{
    [Function("create_commission_rule")]
    [Access(Callers.Supervisor)]
    [Takes<CreateCommissionRuleBody>]
    [Answers<CommissionRuleView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/commission-rules")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<CreateCommissionRuleBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sent = body.Value;
        var made = await create.RunAsync(
            new(
                sent.PropertyId, sent.CityId, sent.RuleType, sent.RatePercentage, sent.FixedAmount, sent.Tiers?.Select(t => new CommissionTier(t.FromBookings, t.RatePercentage)).ToList(), sent.MinCommission, sent.MaxCommission,
                sent.EffectiveFrom, sent.EffectiveTo, sent.Replaces, sent.Reason, request.Caller().Actor, request.OperationId()),
            cancellation);
        return made.Refusal is null ? new JsonAnswer(made.Value, StatusCodes.Status201Created) : Problem.From(made.Refusal, request.HttpContext);
    }
}
