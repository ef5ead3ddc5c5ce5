using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.SetUpSecondFactor;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>start_second_factor</c>: gives the secret that an authenticator is set up with.</summary>
[Access(Callers.Agent, BeforeSecondFactor = true)]
public sealed class StartSecondFactor(Operation operation)
{
    [Function("start_second_factor")]
    [Answers<SecondFactorSetup>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/me/second-factor")] HttpRequest request,
        CancellationToken cancellation)
    {
        var outcome = await operation.BeginAsync(request.Caller().Account.AccountId, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
