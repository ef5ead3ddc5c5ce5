using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>get_booking</c>: a reservation by its confirmation code.</summary>
public sealed class GetBooking(ReserveDatabase database)
{
    [Function("get_booking")]
    [Access(Callers.Booking | Callers.Guest | Callers.Agent, Of = Resource.Reservation)]
    [Answers<ReservationView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "reservations/{code}")] HttpRequest request,
        string code,
        CancellationToken cancellation)
    {
        var found = await database.ReadAsync(request.Caller().Actor, connection => Reservations.FindAsync(connection, code), cancellation);
        return found is { } reservation
            ? new JsonAnswer(reservation)
            : Problem.From(Refusal.NotFound("reservation_not_found", "There is no reservation with this code."), request.HttpContext);
    }
}
