using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Sandbox.Faults;

/// <summary>Makes calls go wrong as the control API ordered. The control API itself always works.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, StandIn server)
{
    /// <summary>Handles one call.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(ControlPath.Prefix))
        {
            await next(context);
            return;
        }

        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "/");
        var text = server.Faults.DependsOnText(method, path) ? await TextAsync(context.Request) : "";
        if (server.Faults.Take(method, path, text) is { } fault)
            await FailAsync(context, fault);
        else
            await next(context);
    }

    private static async Task<string> TextAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        return $"{request.Path}{request.QueryString} {request.Headers["Idempotency-Key"]} {request.Headers["X-Idempotency-Key"]} {body}";
    }

    private async Task FailAsync(HttpContext context, Fault fault)
    {
        if (fault.Kind is FaultKind.TimeOutAfterWork or FaultKind.CutAfterWork or FaultKind.CutBeforeWork)
            context.Features.Set(new NeverAnswered());
        switch (fault.Kind)
        {
            case FaultKind.Status when fault.Body is { } body:
                context.Response.StatusCode = fault.Status;
                context.Response.ContentType = "application/json";
                await using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
                    body.WriteTo(json);
                break;
            case FaultKind.Status:
                await server.WriteErrorAsync(context, fault.Status, "The sandbox was told to fail this call.");
                break;
            case FaultKind.RateLimit:
                context.Response.Headers.RetryAfter = fault.RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
                await server.WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests.");
                break;
            case FaultKind.Slow:
                await SlowAsync(context, TimeSpan.FromMilliseconds(fault.DelayMs));
                break;
            case FaultKind.SlowAnswer:
                await AnswerLateAsync(context, TimeSpan.FromMilliseconds(fault.DelayMs));
                break;
            case FaultKind.HoldAnswer:
                await HoldAsync(context, server.Held.Of(fault.Mentions ?? ""));
                break;
            case FaultKind.TimeOutAfterWork:
                await WorkUnheardAsync(context);
                await SilentAsync(context);
                context.Abort();
                break;
            case FaultKind.CutAfterWork:
                await WorkUnheardAsync(context);
                context.Abort();
                break;
            default:
                context.Abort();
                break;
        }
    }

    // A call that claims an idempotency key is slow while it holds the key, so that a second one meets it in flight.
    private async Task SlowAsync(HttpContext context, TimeSpan pause)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ClaimsKey>() is not null)
            context.Features.Set(new SlowWork(pause));
        else
            await Task.Delay(pause, server.Clock, context.RequestAborted);
        await next(context);
    }

    private async Task AnswerLateAsync(HttpContext context, TimeSpan pause)
    {
        var answer = await WorkAsync(context);
        await Task.Delay(pause, server.Clock, context.RequestAborted);
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async Task HoldAsync(HttpContext context, HeldAnswer held)
    {
        var begun = server.Clock.GetUtcNow();
        var answer = await WorkAsync(context);
        held.IsDone(begun, answer);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.Stopping);
        if (await held.LetGoAsync(server.Http.LongestSilence, server.Clock, end.Token))
        {
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
            return;
        }

        context.Features.Set(new NeverAnswered());
        context.Abort();
    }

    // Does the work and gives the answer's body instead of sending it.
    private async Task<byte[]> WorkAsync(HttpContext context)
    {
        var heard = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = heard;
        }

        return kept.ToArray();
    }

    private async Task WorkUnheardAsync(HttpContext context)
    {
        var heard = context.Response.Body;
        context.Response.Body = Stream.Null;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = heard;
        }
    }

    private async Task SilentAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.Stopping);
        try
        {
            await Task.Delay(server.Http.LongestSilence, server.Clock, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up, which is what it is tested for, or the server stops.
        }
    }
}

/// <summary>Marks a call whose answer the caller does not get.</summary>
internal sealed class NeverAnswered;

/// <summary>Marks an endpoint that claims an idempotency key and then awaits <see cref="SlowWork"/> itself.</summary>
internal sealed class ClaimsKey;

/// <summary>The pause that a call has to make while it works.</summary>
internal sealed record SlowWork(TimeSpan Pause)
{
    /// <summary>Makes the pause ordered for this call, if any.</summary>
    public static async Task PauseAsync(HttpContext context, TimeProvider clock)
    {
        if (context.Features.Get<SlowWork>() is { } slow)
            await Task.Delay(slow.Pause, clock, CancellationToken.None);
    }
}
