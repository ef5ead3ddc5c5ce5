using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_reconciliations</c>.</summary>
public sealed record ReconciliationParameters(ReconciliationQuery Asked) : IQuery<ReconciliationParameters>
{
    private const int DefaultLimit = 50;
    private const int MostReconciliations = 200;

    /// <inheritdoc/>
    public static ReconciliationParameters Read(QueryReader query) => new(new ReconciliationQuery(
        query.Text("provider", about: "stripe, mercado_pago or books."),
        query.Text("status", about: "requested, running, done or failed."),
        query.Date("from", about: "First day of the books."),
        query.Date("to", about: "Last day of the books."),
        query.Text("cursor"),
        query.Whole("limit", 1, MostReconciliations) ?? DefaultLimit));
}

/// <summary>A page of reconciliations, latest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record ReconciliationsAnswer(IReadOnlyList<ReconciliationView> Items, string? NextCursor);

/// <summary><c>get_reconciliations</c>: which days were compared with which provider, and what came of it.</summary>
public sealed class GetReconciliations(Reconciliations reconciliations)
{
    [Function("get_reconciliations")]
    [Access(Callers.Agent)]
    [TakesQuery<ReconciliationParameters>]
    [Answers<ReconciliationsAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/reconciliations")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<ReconciliationParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await reconciliations.ListAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new ReconciliationsAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
