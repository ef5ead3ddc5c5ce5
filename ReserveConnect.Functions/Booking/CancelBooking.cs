using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Operation = ReserveConnect.Booking.CancelBooking;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Booking;

/// <summary>The body of <c>POST /api/reservations/{code}/cancel</c>; it may be left out.</summary>
/// <param name="Reason">In the guest's own words.</param>
public sealed record CancelBookingBody(string? Reason = null)
{
    /// <summary>What the quote said: when cancelling gives another amount now, that is told and nothing is cancelled.</summary>
    // No parameter: the schema of one that has a default and a converter says nothing of its type.
    public decimal? ExpectedRefund { get; init; }
}

/// <summary><c>cancel_booking</c>: gives a booking up; 202 while the Host and the money are on their way, 200 when all is settled.</summary>
public sealed class CancelBooking(Operation cancel, CancellationStart start)
{
    [Function("cancel_booking")]
    [Access(Callers.Booking | Callers.Guest | Callers.Agent, Of = Resource.Reservation)]
    [Limit(LimitClass.Intents)]
    [TakesHeader("Accept-Language", "Language of what the guest is told: pt-BR, which is usual, or en.")]
    [Takes<CancelBookingBody>(IsOptional = true)]
    [Answers<CancellationView>]
    [Answers<CancellationView>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reservations/{code}/cancel")] HttpRequest request,
        string code,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadOptionalAsync(request, new CancelBookingBody(), cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var language = GuestLanguage.Of(request.Headers["Accept-Language"]);
        var outcome = await cancel.RunAsync(
            new(code, body.Value.Reason, body.Value.ExpectedRefund, request.Caller().Name, language), cancellation);
        return await start.AnswerAsync(outcome, client, request);
    }
}
