using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Faults;

namespace ReserveConnect.Sandbox.Hosting;

/// <summary>Counts the calls of the provider's own paths.</summary>
internal sealed class CallLogMiddleware(RequestDelegate next, StandIn server)
{
    /// <summary>Handles one call.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(ControlPath.Prefix))
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            var request = context.Request;
            var key = request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } plain ? plain : request.Headers["X-Idempotency-Key"].ToString();
            server.Calls.Add(new Call(
                server.Clock.GetUtcNow(),
                request.Method,
                request.Path.Value ?? "/",
                (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText,
                key.Length > 0 ? key : null,
                context.Features.Get<NeverAnswered>() is null ? context.Response.StatusCode : 0));
        }
    }
}
