using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.ChangePassword;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/change-password</c>.</summary>
public sealed record ChangePasswordBody(string CurrentPassword, string NewPassword);

/// <summary><c>change_password</c>: changes the caller's password; every other session ends.</summary>
[Access(Callers.Account)]
public sealed class ChangePassword(Operation operation)
{
    [Function("change_password")]
    [Limit(LimitClass.Login)]
    [Takes<ChangePasswordBody>]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/change-password")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ChangePasswordBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(request.Caller().Account, body.Value.CurrentPassword, body.Value.NewPassword, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(null, StatusCodes.Status204NoContent) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
