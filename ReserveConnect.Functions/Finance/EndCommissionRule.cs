using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>end_commission_rule</c>: says which day is the rule's last; what it said until then stands.</summary>
public sealed class EndCommissionRule(EndRule end)
{
    [Function("end_commission_rule")]
    [Access(Callers.Supervisor, Target = "commission_rule")]
    [Takes<EndRuleBody>]
    [Answers<CommissionRuleView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/commission-rules/{id:guid}/end")] HttpRequest request, Guid id, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<EndRuleBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var ended = await end.OfCommissionAsync(new(id, body.Value.EffectiveTo, body.Value.Reason, request.Caller().Actor), cancellation);
        return ended.Refusal is null ? new JsonAnswer(ended.Value) : Problem.From(ended.Refusal, request.HttpContext);
    }
}
