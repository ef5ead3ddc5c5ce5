using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;

namespace ReserveConnect.Functions.Owners;

/// <summary>The query string of <c>get_owner_bookings</c>.</summary>
public sealed record OwnerBookingsParameters(OwnedBookingsQuery Asked) : IQuery<OwnerBookingsParameters>
{
    private const int DefaultLimit = 50;
    private const int MostBookings = 200;

    /// <inheritdoc/>
    public static OwnerBookingsParameters Read(QueryReader query) =>
        new(new OwnedBookingsQuery(
            query.Id("property_id"),
            query.Date("from", about: "First day of arrival."),
            query.Date("to", about: "Last day of arrival."),
            query.OneOf("status", "confirmed", "checked_in", "checked_out", "completed", "cancel_pending", "cancelled", "no_show"),
            query.Text("cursor"),
            query.Whole("limit", 1, MostBookings) ?? DefaultLimit));
}

/// <summary>A page of bookings, by arrival.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record OwnerBookingsAnswer(IReadOnlyList<OwnedBooking> Items, string? NextCursor);

/// <summary><c>get_owner_bookings</c>: the stays sold in the caller's own properties, by check-in.</summary>
public sealed class GetOwnerBookings(OwnedBookings bookings)
{
    [Function("get_owner_bookings")]
    [Access(Callers.Owner)]
    [TakesQuery<OwnerBookingsParameters>]
    [Answers<OwnerBookingsAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "owner/bookings")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<OwnerBookingsParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await bookings.ListAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new OwnerBookingsAnswer(page.Value.Bookings, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
