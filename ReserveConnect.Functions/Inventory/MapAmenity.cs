using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Amenities;
using Operation = ReserveConnect.Inventory.Amenities.MapAmenity;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The body of <c>POST /api/admin/amenities/terms</c>.</summary>
/// <param name="Term">As the Host calls it, or as the list of unknown ones spells it.</param>
/// <param name="Code">Of the vocabulary; without one the term is known and says nothing.</param>
public sealed record MapAmenityBody(string Term, string? Code = null);

/// <summary><c>map_amenity</c>: what a term of the Host means, for all that have it. A supervisor's: every guest searches by it at once.</summary>
public sealed class MapAmenity(Operation map)
{
    [Function("map_amenity")]
    [Access(Callers.Supervisor)]
    [Takes<MapAmenityBody>]
    [Answers<AmenityMapping>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/amenities/terms")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<MapAmenityBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var mapping = await map.RunAsync(body.Value.Term, body.Value.Code, request.Caller().Actor, cancellation);
        return mapping.Refusal is null ? new JsonAnswer(mapping.Value) : Problem.From(mapping.Refusal, request.HttpContext);
    }
}
