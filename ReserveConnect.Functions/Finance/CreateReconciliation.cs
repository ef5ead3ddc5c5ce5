using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The body of <c>POST /api/admin/reconciliations</c>.</summary>
/// <param name="Provider"><c>stripe</c>, <c>mercado_pago</c>, or <c>books</c> for what the books promise of themselves.</param>
/// <param name="Date">The day, America/Sao_Paulo; over.</param>
public sealed record CreateReconciliationBody(string Provider, DateOnly Date);

/// <summary>A reconciliation that is on its way.</summary>
/// <param name="Id">What <c>get_reconciliation</c> knows it by.</param>
public sealed record ReconciliationOrdered(Guid Id, string Provider, DateOnly BookDate);

/// <summary><c>create_reconciliation</c>: a provider's day is compared with the books now. One of a day is under way at a time.</summary>
public sealed class CreateReconciliation(OrderReconciliation order)
{
    [Function("create_reconciliation")]
    [Access(Callers.Agent)]
    [Takes<CreateReconciliationBody>]
    [Answers<ReconciliationOrdered>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/reconciliations")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<CreateReconciliationBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var ordered = await order.RunAsync(body.Value.Provider, body.Value.Date, request.Caller().Actor, cancellation);
        if (ordered.Refusal is not null)
        {
            return Problem.From(ordered.Refusal, request.HttpContext);
        }

        var plan = ordered.Value;
        await ReconcilePayments.EnsureAsync(client, plan, cancellation);
        return new JsonAnswer(new ReconciliationOrdered(plan.Id, plan.Provider, plan.BookDate), StatusCodes.Status202Accepted)
        {
            Location = $"/api/admin/reconciliations/{plan.Id}",
        };
    }
}
