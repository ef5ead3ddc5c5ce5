using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>The bank's page to which a guest is sent for 3-D Secure: two buttons; a POST with <c>result=complete</c> or <c>fail</c> presses one.</summary>
internal static class ThreeDSecurePage
{
    private const string Html = """
        <!doctype html><meta charset="utf-8"><title>3-D Secure (sandbox)</title>
        <form method="post"><p>Autenticação do banco (sandbox)</p>
        <button name="result" value="complete">Autorizar</button> <button name="result" value="fail">Recusar</button></form>
        """;

    /// <summary><c>GET /3d_secure/{id}</c></summary>
    public static Task Show(HttpContext context, StripeMemory memory)
    {
        if (Intent(context, memory) is null)
            return StripeGate.WriteErrorAsync(context, StatusCodes.Status404NotFound, "There is no such authentication.");
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html);
    }

    /// <summary><c>POST /3d_secure/{id}</c></summary>
    public static async Task Press(HttpContext context, StripeMemory memory)
    {
        if (Intent(context, memory) is not { } intent)
        {
            await StripeGate.WriteErrorAsync(context, StatusCodes.Status404NotFound, "There is no such authentication.");
            return;
        }

        var form = await StripeForm.ReadAsync(context);
        var result = form.Choice("result", "complete", "fail");
        if (result is null)
        {
            await StripeGate.WriteErrorAsync(context, StatusCodes.Status400BadRequest, "result must be complete or fail.");
            return;
        }

        if (intent.ReturnUrl is null)
        {
            await StripeControl.Authenticate(context, memory, result == "complete" ? Authentication.Complete : Authentication.Fail);
            return;
        }

        memory.Do(call => memory.Payments.Authenticate(intent, result == "complete", call));
        var query = QueryString.Create(
        [
            new KeyValuePair<string, StringValues>("payment_intent", intent.Id),
            new("payment_intent_client_secret", intent.ClientSecret),
            new("redirect_status", result == "complete" ? "succeeded" : "failed"),
        ]);
        context.Response.Redirect(intent.ReturnUrl.Contains('?', StringComparison.Ordinal) ? $"{intent.ReturnUrl}&{query.Value![1..]}" : intent.ReturnUrl + query);
    }

    private static Intent? Intent(HttpContext context, StripeMemory memory)
    {
        var secret = Encoding.UTF8.GetBytes(context.Request.Query["secret"].ToString());
        lock (memory.Book.Gate)
        {
            return memory.Book.Intents[(string?)context.Request.RouteValues["id"]] is { Status: IntentStatus.RequiresAction } intent
                && CryptographicOperations.FixedTimeEquals(secret, Encoding.UTF8.GetBytes(intent.ClientSecret))
                    ? intent
                    : null;
        }
    }
}
