using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.RequestPasswordReset;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/password-reset</c>.</summary>
public sealed record RequestPasswordResetBody(string Email);

/// <summary><c>request_password_reset</c>: sends the link to a new password; the answer is the same for every address.</summary>
[Access(Callers.Public)]
public sealed class RequestPasswordReset(Operation reset)
{
    [Function("request_password_reset")]
    [Limit(LimitClass.Access)]
    [Takes<RequestPasswordResetBody>]
    [Answers<MailSent>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/password-reset")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RequestPasswordResetBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        await reset.RunAsync(body.Value.Email, cancellation);
        return new JsonAnswer(new MailSent(), StatusCodes.Status202Accepted);
    }
}
