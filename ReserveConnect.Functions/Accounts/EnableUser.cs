using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.DisableUser;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>manage_users_enable</c>: opens a closed account as it was.</summary>
[Access(Callers.Admin, Target = "account")]
public sealed class EnableUser(Operation operation)
{
    [Function("manage_users_enable")]
    [Answers<UserView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/users/{id:guid}/enable")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var outcome = await operation.EnableAsync(id, request.Caller().Actor, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
