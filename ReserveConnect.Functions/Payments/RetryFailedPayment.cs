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

/// <summary>The body of <c>POST /api/booking-intents/{id}/payments/retry</c>; it may be left out.</summary>
/// <param name="Method"><c>card</c> or <c>pix</c>; as before when nothing is said.</param>
public sealed record PaymentRetryBody(string? Method = null);

/// <summary><c>retry_failed_payment</c>: a new attempt after one that failed, by the same method or the other.</summary>
public sealed class RetryFailedPayment(RetryPayment retry, BookingSagas sagas)
{
    [Function("retry_failed_payment")]
    [Access(Callers.Booking | Callers.Guest, Of = Resource.BookingIntent)]
    [Limit(LimitClass.Intents)]
    [TakesHeader("Accept-Language", "Language of what went wrong: pt-BR, which is usual, or en.")]
    [Takes<PaymentRetryBody>(IsOptional = true)]
    [Answers<PaymentView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "booking-intents/{id:guid}/payments/retry")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadOptionalAsync(request, new PaymentRetryBody(), cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        if (body.Value.Method is not (null or "card" or "pix"))
        {
            return Problem.From(
                Refusal.Unprocessable("invalid_method", "This way to pay does not exist.", new FieldError("method", "invalid_value", "Must be card or pix.")), request.HttpContext);
        }

        // The operation reaches the sagas through the same scope.
        sagas.Through(client);
        var language = GuestLanguage.Of(request.Headers["Accept-Language"]);
        var payment = await retry.RunAsync(id, body.Value.Method, language, cancellation);
        return await PaymentAnswers.OfAsync(payment, id, language, request, sagas, cancellation);
    }
}
