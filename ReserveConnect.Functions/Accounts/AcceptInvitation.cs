using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.AcceptInvitation;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/accept-invitation</c>.</summary>
public sealed record AcceptInvitationBody(string Token, string Password);

/// <summary><c>accept_invitation</c>: whoever was invited sets a password; opens a session.</summary>
[Access(Callers.Public)]
public sealed class AcceptInvitation(Operation operation)
{
    [Function("accept_invitation")]
    [Limit(LimitClass.Access)]
    [Takes<AcceptInvitationBody>]
    [Answers<SessionTokens>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/accept-invitation")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<AcceptInvitationBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(body.Value.Token, body.Value.Password, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
