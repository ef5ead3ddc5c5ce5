using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;
using Operation = ReserveConnect.Finance.Rules.CreateTaxRule;

namespace ReserveConnect.Functions.Finance;

/// <summary>The body of <c>POST /api/admin/tax-rules</c>.</summary>
/// <param name="TaxType">ISS, IOF, PIS, COFINS, ...</param>
/// <param name="Rate">Per cent.</param>
/// <param name="AppliesTo"><c>commission</c>: our income, ISS by the booking and others by the month; <c>payout</c>; <c>booking</c>: the guest pays it.</param>
/// <param name="EffectiveFrom">First local date, not before today.</param>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record CreateTaxRuleBody(string TaxType, decimal Rate, string AppliesTo, DateOnly EffectiveFrom, string Reason)
{
    /// <summary>Without it the rule is for all cities that have none of their own.</summary>
    public Guid? CityId { get; init; }

    /// <summary>Last local date; without it there is no end.</summary>
    public DateOnly? EffectiveTo { get; init; }

    /// <summary>A rule of the same scope: it ends the day before.</summary>
    public Guid? Replaces { get; init; }
}

/// <summary><c>create_tax_rule</c>: what is taxed, where and with how much, from a day on.</summary>
public sealed class CreateTaxRule(Operation create)
{
    [Function("create_tax_rule")]
    [Access(Callers.Supervisor)]
    [Takes<CreateTaxRuleBody>]
    [Answers<TaxRuleView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/tax-rules")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<CreateTaxRuleBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sent = body.Value;
        var made = await create.RunAsync(
            new(
                sent.CityId, sent.TaxType, sent.Rate, sent.AppliesTo, sent.EffectiveFrom, sent.EffectiveTo, sent.Replaces, sent.Reason, request.Caller().Actor,
                request.OperationId()),
            cancellation);
        return made.Refusal is null ? new JsonAnswer(made.Value, StatusCodes.Status201Created) : Problem.From(made.Refusal, request.HttpContext);
    }
}
