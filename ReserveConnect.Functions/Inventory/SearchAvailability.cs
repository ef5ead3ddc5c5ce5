using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>A page of a search.</summary>
/// <param name="City">Its slug.</param>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record SearchAnswer(
    string City, DateOnly CheckIn, DateOnly CheckOut, int Nights, int Adults, int Children, string Currency, int TotalCount,
    IReadOnlyList<SearchHit> Items, string? NextCursor);

/// <summary><c>search_availability</c>: properties that can be had on these dates, each with its cheapest fitting unit and the exact total.</summary>
public sealed class SearchAvailability(StaySearches searches)
{
    [Function("search_availability")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Search)]
    [TakesQuery<StayParameters>]
    [Answers<SearchAnswer>]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "search")] HttpRequest request, CancellationToken ct)
    {
        var query = QueryReader.Read<StayParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var (search, name) = query.Value;
        var outcome = await searches.SearchAsync(search, ct);
        return outcome.Refusal is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(new SearchAnswer(
                search.City, search.CheckIn, search.CheckOut, search.Nights, search.Adults, search.Children,
                outcome.Value.City.City.Currency, outcome.Value.Result.TotalCount, outcome.Value.Result.Hits,
                outcome.Value.Result.Next is { } next ? SearchCursor.Write(next, name) : null));
    }
}
