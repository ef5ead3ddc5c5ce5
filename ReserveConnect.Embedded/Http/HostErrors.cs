using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>
/// Answers what no function answers: no such route, wrong method, body too long, a value in the path that is none, a function that threw.
/// The body is RFC 9457 with a stable <c>code</c> and the trace id, never an exception.
/// </summary>
internal sealed class HostErrors(RequestDelegate next, IOptions<EmbeddedHttpOptions> options)
{
    private readonly long _maxBody = options.Value.MaxRequestBodyBytes;
    private readonly long _maxDiscarded = options.Value.MaxDiscardedBodyBytes;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentLength > _maxBody)
        {
            // Kestrel would say so only when the body is read; a function that reads it late should not start.
            context.Response.Headers.Connection = "close";
            await WriteAsync(context, StatusCodes.Status413PayloadTooLarge, null);
            await DiscardBodyAsync(context);
            return;
        }

        try
        {
            await next(context);
            if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null } && IsOurs(context))
                await WriteAsync(context, context.Response.StatusCode, null);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, refused.StatusCode, refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? null : refused.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception) when (!context.Response.HasStarted)
        {
            // Logged by the runner, with the function's name.
            await WriteAsync(context, StatusCodes.Status500InternalServerError, null);
        }
    }

    // Bytes that nobody has read when the connection closes have it reset, and the reset overtakes the answer.
    private async Task DiscardBodyAsync(HttpContext context)
    {
        // Whoever asks first has its answer, and is not told to go on.
        if (context.Request.ContentLength > _maxDiscarded || context.Request.Headers.Expect.Count > 0)
            return;

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
            bound.MaxRequestBodySize = _maxDiscarded;

        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It came too slowly, or the client has gone: what there was to say has been said.
        }
    }

    // A function that answers a bare status means it; only the time-out is the host's answer in the function's place.
    private static bool IsOurs(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<LoadedFunction>() is null || context.Response.StatusCode == StatusCodes.Status504GatewayTimeout;

    private static Task WriteAsync(HttpContext context, int status, string? detail)
    {
        context.Response.StatusCode = status;
        var (code, title) = Known(status);
        var problem = new HostProblem("about:blank", title, status, code, detail, Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
        return context.Response.WriteAsJsonAsync(problem, HostProblemJson.Default.HostProblem, "application/problem+json", context.RequestAborted);
    }

    private static (string Code, string Title) Known(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ("bad_request", "Bad request"),
        StatusCodes.Status401Unauthorized => ("unauthorized", "Not authorised"),
        StatusCodes.Status404NotFound => ("not_found", "Not found"),
        StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "Method not allowed"),
        StatusCodes.Status413PayloadTooLarge => ("body_too_large", "Body too large"),
        StatusCodes.Status500InternalServerError => ("internal_error", "Something went wrong here"),
        StatusCodes.Status504GatewayTimeout => ("timeout", "The answer took too long"),
        _ => ($"http_{status}", $"Status {status}"),
    };
}
