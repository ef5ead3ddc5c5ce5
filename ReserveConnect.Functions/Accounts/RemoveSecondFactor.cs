using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.RemoveSecondFactor;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/me/second-factor/remove</c>.</summary>
public sealed record RemoveSecondFactorBody(string Code);

/// <summary><c>remove_second_factor</c>: removes the caller's second factor by a code, for a new authenticator.</summary>
[Access(Callers.Agent)]
public sealed class RemoveSecondFactor(Operation operation)
{
    [Function("remove_second_factor")]
    [Limit(LimitClass.Login)]
    [Takes<RemoveSecondFactorBody>]
    [AnswersNothing]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/me/second-factor/remove")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RemoveSecondFactorBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.OwnAsync(request.Caller().Account, body.Value.Code, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(null, StatusCodes.Status204NoContent) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
