using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.RequestPasswordReset;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/password-reset</c>.</summary>
public sealed record RequestPasswordResetBody(string Email);

/// <summary><c>request_password_reset</c>: sends the link to a new password; the answer is the same for every address.</summary>
[Access(Callers.Public)]
public sealed class RequestPasswordReset(Operation reset)
{
    [Function("request_password_reset")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/password-reset")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RequestPasswordResetBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        await reset.RunAsync(body.Value.Email, cancellation);
        return new JsonAnswer(new { Status = "mail_sent" }, StatusCodes.Status202Accepted);
    }
}
