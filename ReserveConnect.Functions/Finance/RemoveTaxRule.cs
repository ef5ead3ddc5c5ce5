using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>remove_tax_rule</c>: takes back a rule that has not begun.</summary>
public sealed class RemoveTaxRule(RemoveRule remove)
{
    [Function("remove_tax_rule")]
    [Access(Callers.Supervisor, Target = "tax_rule")]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "admin/tax-rules/{id:guid}")] HttpRequest request, Guid id, CancellationToken cancellation) =>
        await remove.OfTaxAsync(id, request.Caller().Actor, cancellation) is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(null, StatusCodes.Status204NoContent);
}
