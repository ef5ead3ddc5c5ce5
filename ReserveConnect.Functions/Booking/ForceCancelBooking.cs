using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Operation = ReserveConnect.Booking.ForceCancelBooking;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Booking;

/// <summary>The body of <c>POST /api/admin/reservations/{id}/force-cancel</c>.</summary>
/// <param name="Reason">Why, in the supervisor's own words.</param>
/// <param name="Refund"><c>full</c>, <c>policy</c> (as the guest would get), <c>none</c> or <c>amount</c>.</param>
public sealed record ForceCancelBookingBody(string Reason, string Refund)
{
    /// <summary>With <c>amount</c> only.</summary>
    public decimal? Amount { get; init; }
}

/// <summary><c>force_cancel_booking</c>: a supervisor ends a booking past its policy, and past the Host's no.</summary>
public sealed class ForceCancelBooking(Operation cancel, CancellationStart start)
{
    [Function("force_cancel_booking")]
    [Access(Callers.Supervisor, Target = "reservation")]
    [Takes<ForceCancelBookingBody>]
    [Answers<CancellationView>]
    [Answers<CancellationView>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/reservations/{id:guid}/force-cancel")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ForceCancelBookingBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var order = new ForceCancelRequest(id, body.Value.Reason, body.Value.Refund, body.Value.Amount, request.Caller().Name);
        return await start.AnswerAsync(await cancel.RunAsync(order, cancellation), client, request);
    }
}
