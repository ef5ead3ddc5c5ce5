using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Functions.Payments;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Functions.Inventory;

/// <summary><c>handle_host_webhook</c>: verifies, stores, answers; what is stored is processed after.</summary>
public sealed class HandleHostWebhook(
    Webhooks webhooks, TimeProvider clock, IOptions<HostConnectOptions> host, IOptions<HostSyncOptions> options)
{
    [Function("handle_host_webhook")]
    [Access(Callers.Hook)]
    [Limit(LimitClass.System)]
    [TakesHeader("Host-Connect-Signature", "The Host's signature over time stamp and body.", IsSignature = true)]
    [TakesBytes("application/json")]
    [Answers<WebhookReceipt>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/host")] HttpRequest request, CancellationToken cancellation)
    {
        if (await RequestBody.ReadBytesAsync(request, cancellation) is not { } body)
        {
            return Problem.From(RequestBody.TooLarge(), request.HttpContext);
        }

        var verdict = HostConnectWebhook.Verify(
            body.Span, request.Headers["Host-Connect-Signature"], host.Value.WebhookSecrets, clock.GetUtcNow(), options.Value.WebhookTolerance);
        if (verdict != WebhookVerdict.Valid)
        {
            return WebhookAnswers.Refused(HostChange.Provider, verdict, request);
        }

        if (HostConnectEvent.Parse(body) is not { } report)
        {
            return Problem.From(Refusal.Malformed("malformed_event", "This is no event of the Host."), request.HttpContext);
        }

        var intentId = Guid.TryParse(report.IdempotencyKey, out var key) ? key : (Guid?)null;
        var stored = await webhooks.StoreAsync(
            new(HostChange.Provider, report.Id.ToString(), report.Type, $"{report.BookingId ?? report.RoomTypeId ?? report.PropertyId}", null, Encoding.UTF8.GetString(body.Span)),
            HostChange.EventType,
            new HostChange(report.Type, report.City, report.Version, report.BookingId, intentId),
            cancellation);
        return WebhookAnswers.Of(stored, request);
    }
}
