using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>end_tax_rule</c>: says which day is the rule's last; what it said until then stands.</summary>
public sealed class EndTaxRule(EndRule end)
{
    [Function("end_tax_rule")]
    [Access(Callers.Supervisor, Target = "tax_rule")]
    [Takes<EndRuleBody>]
    [Answers<TaxRuleView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/tax-rules/{id:guid}/end")] HttpRequest request, Guid id, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<EndRuleBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var ended = await end.OfTaxAsync(new(id, body.Value.EffectiveTo, body.Value.Reason, request.Caller().Actor), cancellation);
        return ended.Refusal is null ? new JsonAnswer(ended.Value) : Problem.From(ended.Refusal, request.HttpContext);
    }
}
