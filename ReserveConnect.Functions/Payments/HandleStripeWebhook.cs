using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Functions.Payments;

/// <summary><c>handle_stripe_webhook</c>: verifies, stores, answers; what is stored is processed after.</summary>
public sealed class HandleStripeWebhook(
    Webhooks webhooks, TimeProvider clock, IOptions<StripeOptions> stripe, IOptions<PaymentOptions> payments)
{
    [Function("handle_stripe_webhook")]
    [Access(Callers.Hook)]
    [Limit(LimitClass.System)]
    [TakesHeader("Stripe-Signature", "Stripe's signature over time stamp and body.", IsSignature = true)]
    [TakesBytes("application/json")]
    [Answers<WebhookReceipt>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/stripe")] HttpRequest request, CancellationToken cancellation)
    {
        if (await RequestBody.ReadBytesAsync(request, cancellation) is not { } body)
        {
            return Problem.From(RequestBody.TooLarge(), request.HttpContext);
        }

        var verdict = StripeWebhook.Verify(
            body.Span, request.Headers["Stripe-Signature"], stripe.Value.WebhookSecrets, clock.GetUtcNow(), payments.Value.WebhookTolerance);
        if (verdict != WebhookVerdict.Valid)
        {
            return WebhookAnswers.Refused(PaymentAttempt.Stripe, verdict, request);
        }

        if (StripeEvent.Parse(body) is not { } report)
        {
            return Problem.From(Refusal.Malformed("malformed_event", "This is no v1 event."), request.HttpContext);
        }

        var (handledAs, paymentId) = (StripeReports.EventOf(report.Type), report.PaymentIntentId ?? report.ObjectId);
        var stored = await webhooks.StoreAsync(
            new(PaymentAttempt.Stripe, report.Id, report.Type, paymentId, report.AttemptId, Encoding.UTF8.GetString(body.Span), TellsNothing: handledAs is null),
            handledAs ?? "",
            new StripeReport(report.ObjectId, report.PaymentIntentId, report.AttemptId),
            cancellation);
        return WebhookAnswers.Of(stored, request);
    }
}
