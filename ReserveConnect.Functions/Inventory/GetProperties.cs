using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The catalogue of a city. Anybody may keep the answer for 60 seconds.</summary>
public sealed class GetProperties(StaySearches searches)
{
    /// <summary>How long catalogue reads may be kept (roadmap, Sprint 1).</summary>
    internal static readonly TimeSpan CacheFor = TimeSpan.FromSeconds(60);

    [Function("get_properties")]
    [Access(Callers.Public)]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "properties")] HttpRequest request, CancellationToken ct)
    {
        var query = new QueryReader(request);
        var (catalogue, name) = SearchParameters.Catalogue(query);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var outcome = await searches.ListAsync(catalogue, ct);
        return outcome.Refusal is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(new
            {
                catalogue.City,
                outcome.Value.TotalCount,
                Items = outcome.Value.Entries,
                NextCursor = outcome.Value.Next is { } next ? SearchCursor.Write(next, name) : null,
            })
            { CacheFor = CacheFor };
    }
}
