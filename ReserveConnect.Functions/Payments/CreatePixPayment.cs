using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Payments;

/// <summary><c>create_pix_payment</c>: a PIX charge with QR image, copy-and-paste code and expiry.</summary>
public sealed class CreatePixPayment(OpenPayment open)
{
    [Function("create_pix_payment")]
    [Access(Callers.Booking | Callers.Guest, Of = Resource.BookingIntent)]
    [Limit(LimitClass.Intents)]
    [Answers<PaymentView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "booking-intents/{id:guid}/payments/pix")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var payment = await open.PixAsync(id, cancellation);
        return payment.Refusal is null
            ? new JsonAnswer(payment.Value, StatusCodes.Status201Created) { Location = $"/api/booking-intents/{id}/payment" }
            : Problem.From(payment.Refusal, request.HttpContext);
    }
}
