using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>A page of the catalogue.</summary>
/// <param name="City">Its slug.</param>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record CatalogueAnswer(string City, int TotalCount, IReadOnlyList<CatalogueEntry> Items, string? NextCursor);

/// <summary><c>get_properties</c>: the catalogue of a city. Anybody may keep the answer for 60 seconds.</summary>
public sealed class GetProperties(StaySearches searches)
{
    /// <summary>How long catalogue reads may be kept (roadmap, Sprint 1).</summary>
    internal static readonly TimeSpan CacheFor = TimeSpan.FromSeconds(60);

    [Function("get_properties")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Search)]
    [TakesQuery<CatalogueParameters>]
    [Answers<CatalogueAnswer>(IsCached = true)]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "properties")] HttpRequest request, CancellationToken ct)
    {
        var query = QueryReader.Read<CatalogueParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var (catalogue, name) = query.Value;
        var outcome = await searches.ListAsync(catalogue, ct);
        return outcome.Refusal is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(new CatalogueAnswer(
                catalogue.City, outcome.Value.TotalCount, outcome.Value.Entries,
                outcome.Value.Next is { } next ? SearchCursor.Write(next, name) : null))
            { CacheFor = CacheFor, Writing = CardWriting.For(searches) };
    }
}
