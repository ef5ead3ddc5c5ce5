using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>get_sync_refusals</c>.</summary>
public sealed record SyncRefusalsParameters(string? City, bool WithCleared, ListParameters Page) : IQuery<SyncRefusalsParameters>
{
    /// <inheritdoc/>
    public static SyncRefusalsParameters Read(QueryReader query) =>
        new(
            query.Text("city"),
            query.OneOf("cleared", "yes", "no") == "yes",
            ListParameters.Read(query));
}

/// <summary>A page of records of the Host that were not taken over, the latest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record SyncRefusalsAnswer(IReadOnlyList<SyncRefusal> Items, string? NextCursor);

/// <summary><c>get_sync_refusals</c>: what of the Host is refused, and why.</summary>
public sealed class GetSyncRefusals(SyncRefusals refusals)
{
    [Function("get_sync_refusals")]
    [Access(Callers.Agent)]
    [TakesQuery<SyncRefusalsParameters>]
    [Answers<SyncRefusalsAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/sync/refusals")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<SyncRefusalsParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var (city, withCleared, asked) = query.Value;
        var page = await refusals.ListAsync(request.Caller().Actor, city, withCleared, asked.Cursor, asked.Limit, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new SyncRefusalsAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
