using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>get_sync_jobs</c>.</summary>
public sealed record SyncJobsParameters(string? City, string? Status, ListParameters Page) : IQuery<SyncJobsParameters>
{
    /// <inheritdoc/>
    public static SyncJobsParameters Read(QueryReader query) =>
        new(query.Text("city"), query.OneOf("status", "running", "completed", "failed"), ListParameters.Read(query));
}

/// <summary>A page of sync jobs, the latest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record SyncJobsAnswer(IReadOnlyList<SyncJob> Items, string? NextCursor);

/// <summary><c>get_sync_jobs</c>: what is read from the Host, how far it is, how it ended.</summary>
public sealed class GetSyncJobs(SyncJobList jobs)
{
    [Function("get_sync_jobs")]
    [Access(Callers.Agent)]
    [TakesQuery<SyncJobsParameters>]
    [Answers<SyncJobsAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/sync/jobs")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<SyncJobsParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var (city, status, asked) = query.Value;
        var page = await jobs.ListAsync(request.Caller().Actor, city, status, asked.Cursor, asked.Limit, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new SyncJobsAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
