using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.InviteUser;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/admin/users</c>.</summary>
public sealed record InviteUserBody(string Email, string Role, string FirstName, string LastName, string? Phone = null, string? Locale = null);

/// <summary><c>manage_users_invite</c>: makes an account of any role and sends its invitation; sends another to whoever has not come.</summary>
[Access(Callers.Admin)]
public sealed class InviteUser(Operation operation)
{
    [Function("manage_users_invite")]
    [Takes<InviteUserBody>]
    [Answers<UserView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/users")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<InviteUserBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(
            new(body.Value.Email, body.Value.Role, new(body.Value.FirstName, body.Value.LastName, body.Value.Phone, body.Value.Locale ?? AccountProfile.Locales[0])),
            request.Caller().Actor,
            cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value, StatusCodes.Status201Created) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
