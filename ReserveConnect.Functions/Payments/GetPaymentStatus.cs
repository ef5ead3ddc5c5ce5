using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Payments;

/// <summary><c>get_payment_status</c>: where the payment stands; an open one makes the saga ask its provider now and then.</summary>
public sealed class GetPaymentStatus(PaymentStatus status, BookingSagas sagas)
{
    [Function("get_payment_status")]
    [Access(Callers.Booking | Callers.Guest, Of = Resource.BookingIntent)]
    [TakesHeader("Accept-Language", "Language of what went wrong: pt-BR, which is usual, or en.")]
    [Answers<PaymentView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "booking-intents/{id:guid}/payment")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var read = await status.ReadAsync(id, GuestLanguage.Of(request.Headers["Accept-Language"]), cancellation);
        if (read.Refusal is not null)
        {
            return Problem.From(read.Refusal, request.HttpContext);
        }

        if (read.Value.AskProvider)
        {
            await sagas.Through(client).WakeAsync(id, cancellation);
        }

        return new JsonAnswer(read.Value.Payment);
    }
}
