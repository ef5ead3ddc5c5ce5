using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;

namespace ReserveConnect.Functions.Owners;

/// <summary><c>get_property_owners</c>: to whom a property is linked.</summary>
public sealed class GetPropertyOwners(ReserveDatabase database)
{
    [Function("get_property_owners")]
    [Access(Callers.Agent, Target = "property")]
    [Answers<PropertyOwnersAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/properties/{id:guid}/owners")] HttpRequest request,
        Guid id,
        CancellationToken cancellation) =>
        new JsonAnswer(new PropertyOwnersAnswer(await database.ReadAsync(
            request.Caller().Actor, connection => PropertyOwners.OfPropertyAsync(connection, id), cancellation)));
}
