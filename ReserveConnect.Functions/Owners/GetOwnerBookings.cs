using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;

namespace ReserveConnect.Functions.Owners;

/// <summary><c>get_owner_bookings</c>: the stays sold in the caller's own properties, by check-in.</summary>
public sealed class GetOwnerBookings(OwnedBookings bookings)
{
    private const int DefaultLimit = 50;
    private const int MostBookings = 200;

    [Function("get_owner_bookings")]
    [Access(Callers.Owner)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "owner/bookings")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var asked = new OwnedBookingsQuery(
            query.Id("property_id"),
            query.Date("from"),
            query.Date("to"),
            query.OneOf("status", "confirmed", "checked_in", "checked_out", "completed", "cancel_pending", "cancelled", "no_show"),
            query.Text("cursor"),
            query.Whole("limit", 1, MostBookings) ?? DefaultLimit);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await bookings.ListAsync(request.Caller().Actor, asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new { Items = page.Value.Bookings, NextCursor = page.Value.Next })
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
