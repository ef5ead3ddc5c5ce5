using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Inventory;

/// <summary><c>get_property_detail</c>: one property with its units. Anybody may keep the answer for 60 seconds.</summary>
public sealed class GetPropertyDetail(PropertyDetails details)
{
    [Function("get_property_detail")]
    [Access(Callers.Public)]
    [TakesQuery<NoQuery>]
    [Answers<PropertyDetail>(IsCached = true)]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "properties/{slug}")] HttpRequest request,
        string slug,
        CancellationToken ct)
    {
        if (QueryReader.Read<NoQuery>(request).Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var outcome = await details.GetAsync(slug, ct);
        return outcome.Refusal is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(outcome.Value) { CacheFor = GetProperties.CacheFor };
    }
}
