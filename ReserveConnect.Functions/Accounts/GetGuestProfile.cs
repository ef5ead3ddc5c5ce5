using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>get_guest_profile</c>: the caller's own account.</summary>
[Access(Callers.Account)]
public sealed class GetGuestProfile(ReserveDatabase database)
{
    [Function("get_guest_profile")]
    [Answers<GuestProfile>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/me")] HttpRequest request, CancellationToken cancellation)
    {
        var actor = request.Caller().Actor;
        var profile = await database.ReadAsync(actor, connection => GuestProfile.FindAsync(connection, actor.AccountId!.Value), cancellation);
        return profile is not null
            ? new JsonAnswer(profile)
            : Problem.From(Refusal.NotFound("account_not_found", "There is no such account."), request.HttpContext);
    }
}
