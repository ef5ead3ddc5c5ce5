using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>remove_commission_rule</c>: takes back a rule that has not begun.</summary>
public sealed class RemoveCommissionRule(RemoveRule remove)
{
    [Function("remove_commission_rule")]
    [Access(Callers.Supervisor, Target = "commission_rule")]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "admin/commission-rules/{id:guid}")] HttpRequest request, Guid id, CancellationToken cancellation) =>
        await remove.OfCommissionAsync(id, request.Caller().Actor, cancellation) is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(null, StatusCodes.Status204NoContent);
}
