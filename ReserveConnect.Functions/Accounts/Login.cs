using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.Login;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/login</c>.</summary>
public sealed record LoginBody(string Email, string Password, string? Code = null);

/// <summary><c>login</c>: opens a session.</summary>
[Access(Callers.Public)]
public sealed class Login(Operation operation)
{
    [Function("login")]
    [Limit(LimitClass.Login)]
    [Takes<LoginBody>]
    [Answers<SessionTokens>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/login")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<LoginBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(
            body.Value.Email, body.Value.Password, body.Value.Code, ClientAddress.Of(request.HttpContext).Network, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
