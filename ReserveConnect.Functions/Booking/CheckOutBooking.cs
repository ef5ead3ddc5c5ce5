using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Booking.Stays.CheckOutBooking;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>check_out_booking</c>: the guest has left, say the property or support.</summary>
public sealed class CheckOutBooking(Operation checkOut)
{
    [Function("check_out_booking")]
    [Access(Callers.Owner | Callers.Agent, Of = Resource.Reservation)]
    [Answers<StayView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reservations/{code}/check-out")] HttpRequest request,
        string code,
        CancellationToken cancellation)
    {
        var stay = await checkOut.RunAsync(code, request.Caller().Actor, cancellation);
        return stay.Refusal is null ? new JsonAnswer(stay.Value) : Problem.From(stay.Refusal, request.HttpContext);
    }
}
