using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.SetUpSecondFactor;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/me/second-factor/confirm</c>.</summary>
public sealed record ConfirmSecondFactorBody(string Code);

/// <summary><c>confirm_second_factor</c>: takes the authenticator's first code; gives the recovery codes, once.</summary>
[Access(Callers.Agent, BeforeSecondFactor = true)]
public sealed class ConfirmSecondFactor(Operation operation)
{
    [Function("confirm_second_factor")]
    [Limit(LimitClass.Login)]
    [Takes<ConfirmSecondFactorBody>]
    [Answers<NewRecoveryCodes>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/me/second-factor/confirm")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ConfirmSecondFactorBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.ConfirmAsync(request.Caller().Account, body.Value.Code, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
