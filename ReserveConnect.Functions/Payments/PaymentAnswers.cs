using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Http;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Payments;

/// <summary>What a guest who begins to pay is answered.</summary>
internal static class PaymentAnswers
{
    /// <summary>The payment, where its state can be read; or why it was not begun, in the guest's language too. Of one that turned out to be paid, or the last that failed, the saga is told: its webhook may be late.</summary>
    /// <param name="sagas">Bound to the invocation's client.</param>
    public static async Task<IActionResult> OfAsync(
        Outcome<PaymentView> payment, Guid intentId, string language, HttpRequest request, BookingSagas sagas, CancellationToken cancellation)
    {
        if (payment.Refusal is null)
        {
            return new JsonAnswer(payment.Value, StatusCodes.Status201Created) { Location = $"/api/booking-intents/{intentId}/payment" };
        }

        if (payment.Refusal.Code == OpenPayment.AlreadyMade.Code || payment.Refusal.Code == OpenPayment.TooMany.Code)
        {
            await sagas.WakeAsync(intentId, cancellation);
        }

        return Problem.From(PaymentRefusalWords.Of(payment.Refusal, language), request.HttpContext);
    }
}
