using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Owners.RemoveOwner;

namespace ReserveConnect.Functions.Owners;

/// <summary><c>remove_owner</c>: takes a property away from an owner, from the next request on; the account stays.</summary>
public sealed class RemoveOwner(Operation remove)
{
    [Function("remove_owner")]
    [Access(Callers.Supervisor, Target = "account")]
    [Answers<PropertyOwnersAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "admin/properties/{id:guid}/owners/{accountId:guid}")] HttpRequest request,
        Guid id,
        Guid accountId,
        CancellationToken cancellation)
    {
        var owners = await remove.RunAsync(id, accountId, request.Caller().Actor, cancellation);
        return owners.Refusal is null ? new JsonAnswer(new PropertyOwnersAnswer(owners.Value)) : Problem.From(owners.Refusal, request.HttpContext);
    }
}
