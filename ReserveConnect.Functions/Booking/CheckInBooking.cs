using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Booking.Stays.CheckInBooking;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>check_in_booking</c>: the guest is there, say the property or support.</summary>
public sealed class CheckInBooking(Operation checkIn)
{
    [Function("check_in_booking")]
    [Access(Callers.Owner | Callers.Agent, Of = Resource.Reservation)]
    [Answers<StayView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reservations/{code}/check-in")] HttpRequest request,
        string code,
        CancellationToken cancellation)
    {
        var stay = await checkIn.RunAsync(code, request.Caller().Actor, cancellation);
        return stay.Refusal is null ? new JsonAnswer(stay.Value) : Problem.From(stay.Refusal, request.HttpContext);
    }
}
