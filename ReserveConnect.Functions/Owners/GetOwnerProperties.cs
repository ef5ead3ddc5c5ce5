using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;

namespace ReserveConnect.Functions.Owners;

/// <summary>An owner's properties.</summary>
public sealed record OwnerPropertiesAnswer(IReadOnlyList<OwnedProperty> Items);

/// <summary><c>get_owner_properties</c>: the caller's own properties.</summary>
public sealed class GetOwnerProperties(OwnedProperties properties)
{
    [Function("get_owner_properties")]
    [Access(Callers.Owner)]
    [Answers<OwnerPropertiesAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "owner/properties")] HttpRequest request, CancellationToken cancellation) =>
        new JsonAnswer(new OwnerPropertiesAnswer(await properties.ListAsync(request.Caller().Actor, cancellation)));
}
