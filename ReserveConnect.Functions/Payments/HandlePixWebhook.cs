using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;

namespace ReserveConnect.Functions.Payments;

/// <summary>The query string of Mercado Pago's notifications.</summary>
public sealed record PixWebhookParameters(string? DataId) : IQuery<PixWebhookParameters>
{
    /// <inheritdoc/>
    public static PixWebhookParameters Read(QueryReader query) => new(query.Text("data.id", about: "The payment's id at Mercado Pago; signed."));
}

/// <summary>
/// <c>handle_pix_webhook</c>: verifies, stores, answers; what is stored is processed after. Mercado Pago signs the
/// payment's id in the query string, not the body.
/// </summary>
public sealed class HandlePixWebhook(
    Webhooks webhooks, TimeProvider clock, IOptions<MercadoPagoOptions> pix, IOptions<PaymentOptions> payments)
{
    [Function("handle_pix_webhook")]
    [Access(Callers.Hook)]
    [Limit(LimitClass.System)]
    [TakesQuery<PixWebhookParameters>]
    [TakesHeader("x-request-id", "The notification's id; signed.")]
    [TakesHeader("x-signature", "Mercado Pago's signature over payment id, request id and time stamp.", IsSignature = true)]
    [TakesBytes("application/json")]
    [Answers<WebhookReceipt>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/mercadopago")] HttpRequest request, CancellationToken cancellation)
    {
        if (await RequestBody.ReadBytesAsync(request, cancellation) is not { } body)
        {
            return Problem.From(RequestBody.TooLarge(), request.HttpContext);
        }

        var dataId = QueryReader.ReadLoosely<PixWebhookParameters>(request).DataId;
        var requestId = request.Headers["x-request-id"].FirstOrDefault();
        var verdict = MercadoPagoWebhook.Verify(
            dataId, requestId, request.Headers["x-signature"], pix.Value.WebhookSecrets, clock.GetUtcNow(), payments.Value.WebhookTolerance);
        if (verdict != WebhookVerdict.Valid)
        {
            return WebhookAnswers.Refused(PaymentAttempt.MercadoPago, verdict, request);
        }

        if (MercadoPagoNotification.Parse(body) is not { } report || report.DataId != dataId)
        {
            return Problem.From(Refusal.Malformed("malformed_event", "This is no notification, or not the one that was signed."), request.HttpContext);
        }

        // The body is not signed: what is signed tells one notification from the next. What is not of a payment has an id of another kind.
        var (isPayment, isPayout) = (report.Type == "payment", report.Type == "transaction_intent");
        var eventId = MercadoPagoWebhook.EventIdOf(dataId, requestId, request.Headers["x-signature"].ToString());
        var objectId = isPayment || isPayout ? dataId : null;
        var stored = await webhooks.StoreAsync(
            new(
                PaymentAttempt.MercadoPago, eventId, isPayment ? report.Action : $"{report.Type}:{report.Action}", objectId, null,
                Encoding.UTF8.GetString(body.Span), TellsNothing: objectId is null),
            isPayout ? PixTransferReported.Reported : Webhooks.Reported,
            new PaymentReport(PaymentAttempt.MercadoPago, objectId, AttemptId: null),
            cancellation);
        return WebhookAnswers.Of(stored, request);
    }
}
