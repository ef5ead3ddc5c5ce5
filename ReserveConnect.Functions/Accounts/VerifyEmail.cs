using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.VerifyEmail;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/verify-email</c>.</summary>
public sealed record VerifyEmailBody(string Token, string Password);

/// <summary><c>verify_email</c>: proves the address by the link of the mail and the password of the registration; opens a session.</summary>
[Access(Callers.Public)]
public sealed class VerifyEmail(Operation operation)
{
    [Function("verify_email")]
    [Limit(LimitClass.Access)]
    [Takes<VerifyEmailBody>]
    [Answers<SessionTokens>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/verify-email")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<VerifyEmailBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(body.Value.Token, body.Value.Password, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
