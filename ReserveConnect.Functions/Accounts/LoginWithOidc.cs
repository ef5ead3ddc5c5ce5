using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.Oidc.LoginWithOidc;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/login/oidc</c>.</summary>
public sealed record LoginWithOidcBody(string IdToken);

/// <summary><c>login_with_oidc</c>: opens a session for staff who come from an issuer that is configured.</summary>
[Access(Callers.Public)]
public sealed class LoginWithOidc(Operation operation)
{
    [Function("login_with_oidc")]
    [Limit(LimitClass.Login)]
    [Takes<LoginWithOidcBody>]
    [Answers<SessionTokens>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/login/oidc")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<LoginWithOidcBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(body.Value.IdToken, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
