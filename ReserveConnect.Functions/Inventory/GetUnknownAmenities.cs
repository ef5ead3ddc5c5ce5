using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Amenities;

namespace ReserveConnect.Functions.Inventory;

/// <summary>A page of terms that no amenity of the vocabulary stands for, the commonest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record UnknownAmenitiesAnswer(IReadOnlyList<UnknownAmenity> Items, string? NextCursor);

/// <summary><c>get_unknown_amenities</c>: what the Host calls amenities and the vocabulary does not know.</summary>
public sealed class GetUnknownAmenities(UnknownAmenities amenities)
{
    [Function("get_unknown_amenities")]
    [Access(Callers.Agent)]
    [TakesQuery<ListParameters>]
    [Answers<UnknownAmenitiesAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/amenities/unknown")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<ListParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await amenities.ListAsync(request.Caller().Actor, query.Value.Cursor, query.Value.Limit, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new UnknownAmenitiesAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
