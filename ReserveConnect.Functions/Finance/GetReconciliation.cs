using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary><c>get_reconciliation</c>: one of them, with what was found of its provider's day.</summary>
public sealed class GetReconciliation(Reconciliations reconciliations)
{
    [Function("get_reconciliation")]
    [Access(Callers.Agent)]
    [Answers<ReconciliationDetail>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/reconciliations/{id:guid}")] HttpRequest request, Guid id, CancellationToken cancellation)
    {
        var found = await reconciliations.FindAsync(request.Caller().Actor, id, cancellation);
        return found.Refusal is null ? new JsonAnswer(found.Value) : Problem.From(found.Refusal, request.HttpContext);
    }
}
