using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>get_guest_bookings</c>: the caller's bookings, the newest first, those from before the account included.</summary>
[Access(Callers.Guest)]
public sealed class GetGuestBookings(ReserveDatabase database)
{
    private const int MostItems = 100;
    private const int UsualItems = 20;

    [Function("get_guest_bookings")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/me/bookings")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var after = query.Id("cursor");
        var limit = query.Whole("limit", 1, MostItems) ?? UsualItems;
        if (query.Refusal is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        var actor = request.Caller().Actor;
        var page = await database.ReadAsync(
            actor, connection => GuestBookings.ListAsync(connection, actor.AccountId!.Value, after, limit + 1), cancellation);
        return new JsonAnswer(new
        {
            Items = page.Take(limit),
            NextCursor = page.Count > limit ? page[limit - 1].ReservationId : (Guid?)null,
        });
    }
}
