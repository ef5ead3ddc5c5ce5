using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ReserveConnect.Functions.Http;

/// <summary>Refuses what is too long in a request's head, and bodies that would have to be unpacked: nothing here unpacks, so no bomb does.</summary>
public sealed class RequestBounds(IOptions<HttpOptions> options) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (context.GetHttpContext() is not { } http || Check(http) is not { } refusal)
        {
            return next(context);
        }

        context.GetInvocationResult().Value = Problem.From(refusal, http);
        return Task.CompletedTask;
    }

    private Refusal? Check(HttpContext http)
    {
        var bounds = options.Value;
        var query = http.Request.QueryString.Value ?? "";
        if (query.Length > bounds.MaxQueryCharacters)
        {
            return Refusal.Malformed("query_too_long", $"A query has at most {bounds.MaxQueryCharacters} characters.");
        }

        // Counted before anybody makes a table of them.
        if (query.AsSpan().Count('&') >= bounds.MaxQueryParameters)
        {
            return Refusal.Malformed("too_many_parameters", $"A query has at most {bounds.MaxQueryParameters} parameters.");
        }

        foreach (var (name, values) in http.Request.Headers)
        {
            if (values.Any(value => value?.Length > bounds.MaxHeaderCharacters))
            {
                return Refusal.Malformed("header_too_long", $"A header has at most {bounds.MaxHeaderCharacters} characters.", new FieldError(name, "too_long", "Too long."));
            }
        }

        if (http.Request.Headers.ContentEncoding.Any(coding => !string.Equals(coding?.Trim(), "identity", StringComparison.OrdinalIgnoreCase)))
        {
            // RFC 9110 section 15.5.16: says that it is the coding which is not taken.
            http.Response.Headers[HeaderNames.AcceptEncoding] = "identity";
            return new(RefusalKind.WrongMediaType, "unsupported_content_encoding", "Send the body as it is, without Content-Encoding.");
        }

        return null;
    }
}
