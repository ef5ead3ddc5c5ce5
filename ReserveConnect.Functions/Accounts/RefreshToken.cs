using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.RefreshSession;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/refresh</c>.</summary>
public sealed record RefreshTokenBody(string RefreshToken);

/// <summary><c>refresh_token</c>: exchanges a refresh token for the next pair; an old one ends the session.</summary>
[Access(Callers.Public)]
[Limit(LimitClass.General)]
public sealed class RefreshToken(Operation operation)
{
    [Function("refresh_token")]
    [Takes<RefreshTokenBody>]
    [Answers<SessionTokens>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/refresh")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RefreshTokenBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(body.Value.RefreshToken, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
