using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.RemoveSecondFactor;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>manage_users_reset_second_factor</c>: removes the second factor of somebody who has lost it, with all of their sessions.</summary>
[Access(Callers.Admin, Target = "account")]
public sealed class ResetUserSecondFactor(Operation operation)
{
    [Function("manage_users_reset_second_factor")]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/users/{id:guid}/reset-second-factor")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var outcome = await operation.OfAsync(id, request.Caller().Actor, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(null, StatusCodes.Status204NoContent) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
