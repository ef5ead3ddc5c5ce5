using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.Logout;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/logout</c>.</summary>
public sealed record LogoutBody(string RefreshToken);

/// <summary><c>logout</c>: ends the session of a refresh token; the answer is the same for a text that is none.</summary>
[Access(Callers.Public)]
[Limit(LimitClass.General)]
public sealed class Logout(Operation logout)
{
    [Function("logout")]
    [Takes<LogoutBody>]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/logout")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<LogoutBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        await logout.RunAsync(body.Value.RefreshToken, cancellation);
        return new JsonAnswer(null, StatusCodes.Status204NoContent);
    }
}
