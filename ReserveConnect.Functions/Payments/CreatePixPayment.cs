using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Payments;

/// <summary><c>create_pix_payment</c>: a PIX charge with QR image, copy-and-paste code and expiry.</summary>
public sealed class CreatePixPayment(OpenPayment open, BookingSagas sagas)
{
    [Function("create_pix_payment")]
    [Access(Callers.Booking | Callers.Guest, Of = Resource.BookingIntent)]
    [Limit(LimitClass.Intents)]
    [TakesHeader("Accept-Language", "Language of what went wrong: pt-BR, which is usual, or en.")]
    [Answers<PaymentView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "booking-intents/{id:guid}/payments/pix")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        // The operation reaches the sagas through the same scope.
        sagas.Through(client);
        var language = GuestLanguage.Of(request.Headers["Accept-Language"]);
        var payment = await open.PixAsync(id, language, cancellation);
        return await PaymentAnswers.OfAsync(payment, id, language, request, sagas, cancellation);
    }
}
