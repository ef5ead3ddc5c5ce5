using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The body of <c>POST /api/admin/reconciliations/findings/{id}/resolve</c>.</summary>
/// <param name="Action"><c>adjust</c>: the entries set the books right; <c>dismiss</c>: nothing is to be set right.</param>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record ResolveFindingBody(string Action, string Reason)
{
    /// <summary>Lines that balance; none where it is dismissed.</summary>
    public IReadOnlyList<AdjustmentLine>? Entries { get; init; }

    /// <summary>Whose matter it is.</summary>
    public Guid? PropertyId { get; init; }

    /// <summary>Which stay it is about.</summary>
    public Guid? ReservationId { get; init; }
}

/// <summary><c>resolve_reconciliation_finding</c>: a finding is settled by a supervisor, once.</summary>
public sealed class ResolveReconciliationFinding(ResolveFinding resolve)
{
    [Function("resolve_reconciliation_finding")]
    [Access(Callers.Supervisor)]
    [Takes<ResolveFindingBody>]
    [Answers<FindingView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/reconciliations/findings/{id:guid}/resolve")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ResolveFindingBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sent = body.Value;
        var settled = await resolve.RunAsync(
            new(id, sent.Action, sent.Entries ?? [], sent.PropertyId, sent.ReservationId, sent.Reason, request.Caller().Actor), cancellation);
        return settled.Refusal is null ? new JsonAnswer(settled.Value) : Problem.From(settled.Refusal, request.HttpContext);
    }
}
