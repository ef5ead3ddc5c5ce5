using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.DisableUser;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/admin/users/{id}/disable</c>.</summary>
public sealed record DisableUserBody(string? Reason = null);

/// <summary><c>manage_users_disable</c>: closes an account with all of its sessions.</summary>
[Access(Callers.Admin, Target = "account")]
public sealed class DisableUser(Operation operation)
{
    [Function("manage_users_disable")]
    [Takes<DisableUserBody>]
    [Answers<UserView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/users/{id:guid}/disable")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<DisableUserBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.DisableAsync(id, body.Value.Reason, request.Caller().Actor, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
