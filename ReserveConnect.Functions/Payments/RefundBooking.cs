using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Operation = ReserveConnect.Payments.RefundBooking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Payments;

/// <summary>The body of <c>POST /api/admin/reservations/{id}/refund</c>.</summary>
/// <param name="Reason">Why, in the words of whoever gives it.</param>
/// <param name="ChargedTo"><c>platform</c>: a gift of ours. <c>property</c>: everybody gives the share that they have of the price.</param>
public sealed record RefundBookingBody(decimal Amount, string Reason, string ChargedTo);

/// <summary>
/// <c>refund_booking</c>: some of a booking's money goes back at the discretion of staff; the booking stays as it is. What is too
/// much for one person waits under <c>exception_id</c> for another.
/// </summary>
public sealed class RefundBooking(Operation refund, BookingSagas sagas, ILogger<RefundBooking> log)
{
    [Function("refund_booking")]
    [Access(Callers.Agent, Target = "reservation")]
    [Takes<RefundBookingBody>]
    [Answers<RefundOrderView>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/reservations/{id:guid}/refund")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RefundBookingBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var order = await refund.RunAsync(
            new(id, body.Value.Amount, body.Value.Reason, body.Value.ChargedTo, request.Caller().Actor, request.OperationId()), cancellation);
        if (order.Refusal is not null)
        {
            return Problem.From(order.Refusal, request.HttpContext);
        }

        if (order.Value.Refunds.Count > 0)
        {
            await StartAsync(client, order.Value.BookingIntentId);
        }

        return new JsonAnswer(order.Value, StatusCodes.Status202Accepted) { Location = $"/api/reservations/{order.Value.ConfirmationCode}" };
    }

    // The refund is owed whatever happens to the start: the minute timer takes it in hand.
    private async Task StartAsync(DurableTaskClient client, Guid intentId)
    {
        try
        {
            await sagas.Through(client).AttendRefundsAsync(intentId, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "Nothing gives the money of intent {IntentId} back yet; the minute timer will see to it", intentId);
        }
    }
}
