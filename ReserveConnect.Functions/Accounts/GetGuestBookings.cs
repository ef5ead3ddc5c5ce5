using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The query string of <c>get_guest_bookings</c>.</summary>
public sealed record GuestBookingsParameters(Guid? After, int Limit) : IQuery<GuestBookingsParameters>
{
    private const int MostItems = 100;
    private const int UsualItems = 20;

    /// <inheritdoc/>
    public static GuestBookingsParameters Read(QueryReader query) => new(query.Id("cursor"), query.Whole("limit", 1, MostItems) ?? UsualItems);
}

/// <summary>A page of a guest's bookings.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record GuestBookingsAnswer(IReadOnlyList<GuestBooking> Items, Guid? NextCursor);

/// <summary><c>get_guest_bookings</c>: the caller's bookings, the newest first, those from before the account included.</summary>
[Access(Callers.Guest)]
public sealed class GetGuestBookings(ReserveDatabase database)
{
    [Function("get_guest_bookings")]
    [TakesQuery<GuestBookingsParameters>]
    [Answers<GuestBookingsAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/me/bookings")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<GuestBookingsParameters>(request);
        if (query.Refusal is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        var (after, limit) = query.Value;
        var actor = request.Caller().Actor;
        var page = await database.ReadAsync(
            actor, connection => GuestBookings.ListAsync(connection, actor.AccountId!.Value, after, limit + 1), cancellation);
        return new JsonAnswer(new GuestBookingsAnswer([.. page.Take(limit)], page.Count > limit ? page[limit - 1].ReservationId : null));
    }
}
