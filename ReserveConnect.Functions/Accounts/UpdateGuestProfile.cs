using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Accounts.UpdateGuestProfile;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>PATCH /api/accounts/me</c>.</summary>
public sealed record UpdateGuestProfileBody(string? FirstName = null, string? LastName = null, string? Phone = null, string? Locale = null);

/// <summary><c>update_guest_profile</c>: changes what the caller says of themselves; what is not sent stays.</summary>
[Access(Callers.Account)]
public sealed class UpdateGuestProfile(Operation operation)
{
    [Function("update_guest_profile")]
    [Takes<UpdateGuestProfileBody>]
    [Answers<GuestProfile>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "accounts/me")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<UpdateGuestProfileBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(
            request.Caller().Actor,
            new(body.Value.FirstName, body.Value.LastName, body.Value.Phone, body.Value.Locale),
            cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
