using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.ResetPassword;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/password-reset/confirm</c>.</summary>
public sealed record ResetPasswordBody(string Token, string Password);

/// <summary><c>reset_password</c>: sets a new password by the link of the mail; every session ends.</summary>
[Access(Callers.Public)]
public sealed class ResetPassword(Operation operation)
{
    [Function("reset_password")]
    [Limit(LimitClass.Access)]
    [Takes<ResetPasswordBody>]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/password-reset/confirm")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ResetPasswordBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(
            body.Value.Token, body.Value.Password, ClientAddress.Of(request.HttpContext).Network, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(null, StatusCodes.Status204NoContent) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
