using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using ReserveConnect.Functions.Http;
using ReserveConnect.Payments;
using ReserveConnect.Providers;

namespace ReserveConnect.Functions.Payments;

/// <summary>That a webhook is stored.</summary>
public sealed record WebhookReceipt(bool Received);

/// <summary>What providers are answered.</summary>
internal static class WebhookAnswers
{
    public static IActionResult Received { get; } = new JsonAnswer(new WebhookReceipt(true));

    /// <summary>Stored now or before, or what cannot be stored.</summary>
    public static IActionResult Of(Outcome<bool> stored, HttpRequest request) =>
        stored.Refusal is { } refusal ? Problem.From(refusal, request.HttpContext) : Received;

    /// <summary>A signature that does not hold: counted, nothing else is kept.</summary>
    public static IActionResult Refused(string provider, WebhookVerdict verdict, HttpRequest request)
    {
        Webhooks.CountRefused(provider, verdict);
        var code = verdict switch
        {
            WebhookVerdict.Missing => "signature_missing",
            WebhookVerdict.Stale => "signature_stale",
            WebhookVerdict.Malformed => "signature_malformed",
            _ => "signature_invalid",
        };
        return Problem.From(new Refusal(RefusalKind.Unauthenticated, code, "The signature of this webhook does not hold."), request.HttpContext);
    }
}
