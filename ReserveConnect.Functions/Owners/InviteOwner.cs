using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;
using Operation = ReserveConnect.Owners.InviteOwner;

namespace ReserveConnect.Functions.Owners;

/// <summary>The body of <c>POST /api/admin/properties/{id}/owners</c>.</summary>
/// <param name="Part"><c>owner</c> or <c>manager</c> of the property; both see the same.</param>
public sealed record InviteOwnerBody(string Email, string FirstName, string LastName, string? Phone = null, string? Locale = null, string Part = "owner");

/// <summary>Everybody to whom a property is linked.</summary>
public sealed record PropertyOwnersAnswer(IReadOnlyList<PropertyOwner> Items);

/// <summary><c>invite_owner</c>: links a property to an owner; whoever has no account yet is invited by mail.</summary>
public sealed class InviteOwner(Operation invite)
{
    [Function("invite_owner")]
    [Access(Callers.Supervisor, Target = "property")]
    [Takes<InviteOwnerBody>]
    [Answers<PropertyOwnersAnswer>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/properties/{id:guid}/owners")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<InviteOwnerBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var profile = new AccountProfile(body.Value.FirstName, body.Value.LastName, body.Value.Phone, body.Value.Locale ?? AccountProfile.Locales[0]);
        var owners = await invite.RunAsync(id, body.Value.Email, profile, body.Value.Part, request.Caller().Actor, cancellation);
        return owners.Refusal is null
            ? new JsonAnswer(new PropertyOwnersAnswer(owners.Value), StatusCodes.Status201Created)
            : Problem.From(owners.Refusal, request.HttpContext);
    }
}
