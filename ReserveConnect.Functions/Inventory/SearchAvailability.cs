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
/// <param name="CheckIn">Day of arrival; missing when a window was searched.</param>
/// <param name="From">Earliest day of arrival of the window.</param>
/// <param name="To">Latest day of departure of the window.</param>
/// <param name="TotalCount">Properties that fit, on all pages.</param>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
/// <param name="Facets">When they were asked for.</param>
/// <param name="NearFits">When they were asked for.</param>
public sealed record SearchAnswer(
    string City, DateOnly? CheckIn, DateOnly? CheckOut, DateOnly? From, DateOnly? To, int Nights, int Adults, int Children, int Infants,
    string Currency, int TotalCount, IReadOnlyList<SearchHit> Items, string? NextCursor, SearchFacets? Facets, IReadOnlyList<NearFit>? NearFits)
{
    /// <summary>The answer to a search.</summary>
    /// <param name="name">What names the search in a cursor.</param>
    internal static SearchAnswer Of(StaySearch search, string name, SearchCity city, SearchResult result)
    {
        var (dates, isExact) = (search.Dates, !search.Dates.IsFlexible);
        return new(
            search.City, isExact ? dates.From : null, isExact ? dates.To : null, isExact ? null : dates.From, isExact ? null : dates.To,
            dates.Nights, search.Adults, search.Children, search.Infants, city.Currency, result.TotalCount, result.Hits,
            result.Next is { } next ? SearchCursor.Write(next, name) : null, result.Facets, result.NearFits);
    }
}

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
            : new JsonAnswer(SearchAnswer.Of(search, name, outcome.Value.City, outcome.Value.Result)) { Writing = CardWriting.For(searches) };
    }
}
