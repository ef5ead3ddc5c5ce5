using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.ChangeRole;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/admin/users/{id}/role</c>.</summary>
public sealed record ChangeUserRoleBody(string Role);

/// <summary><c>manage_users_change_role</c>: gives an account another role, from its next request on.</summary>
[Access(Callers.Admin, Target = "account")]
public sealed class ChangeUserRole(Operation operation)
{
    [Function("manage_users_change_role")]
    [Takes<ChangeUserRoleBody>]
    [Answers<UserView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/users/{id:guid}/role")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ChangeUserRoleBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(id, body.Value.Role, request.Caller().Actor, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
