using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Operation = ReserveConnect.Booking.Modifications.ModifyBooking;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Booking;

/// <summary>The body of <c>POST /api/reservations/{code}/modification-quote</c>; what is left out stays as it is booked.</summary>
/// <param name="UnitId">Of the same property.</param>
public sealed record ModificationQuoteBody(
    Guid? UnitId = null, DateOnly? CheckIn = null, DateOnly? CheckOut = null, int? Adults = null, int? Children = null, int? Infants = null);

/// <summary><c>get_modification_quote</c>: what another stay would cost, what would be paid or go back, and whether it can be had. Changes nothing.</summary>
public sealed class GetModificationQuote(Operation modify)
{
    [Function("get_modification_quote")]
    [Access(Callers.Booking | Callers.Guest | Callers.Agent, Of = Resource.Reservation)]
    [Limit(LimitClass.Search)]
    [Takes<ModificationQuoteBody>]
    [Answers<ModificationQuote>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reservations/{code}/modification-quote")] HttpRequest request,
        string code,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ModificationQuoteBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var wanted = body.Value;
        var quote = await modify.QuoteAsync(
            new(code, wanted.UnitId, wanted.CheckIn, wanted.CheckOut, wanted.Adults, wanted.Children, wanted.Infants), cancellation);
        return quote.Refusal is null ? new JsonAnswer(quote.Value) : Problem.From(quote.Refusal, request.HttpContext);
    }
}
