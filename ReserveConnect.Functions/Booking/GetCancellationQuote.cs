using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Operation = ReserveConnect.Booking.CancelBooking;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>get_cancellation_quote</c>: what cancelling now would give back, what is kept and by whom, and why.</summary>
public sealed class GetCancellationQuote(Operation cancel)
{
    [Function("get_cancellation_quote")]
    [Access(Callers.Booking | Callers.Guest | Callers.Agent, Of = Resource.Reservation)]
    [Answers<CancellationQuote>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "reservations/{code}/cancellation-quote")] HttpRequest request,
        string code,
        CancellationToken cancellation)
    {
        var quote = await cancel.QuoteAsync(code, cancellation);
        return quote.Refusal is null ? new JsonAnswer(quote.Value) : Problem.From(quote.Refusal, request.HttpContext);
    }
}
