using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ReserveConnect.Functions.Http;

/// <summary>Refusals as RFC 9457 <c>application/problem+json</c> with a stable code, the bad fields and the trace id.</summary>
public static class Problem
{
    /// <summary>The answer to a request that was refused.</summary>
    public static JsonAnswer From(Refusal refusal, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        ArgumentNullException.ThrowIfNull(context);
        var (status, title) = StatusOf(refusal.Kind);
        return Answer(status, title, refusal.Code, refusal.Detail, refusal.Errors, refusal.Extensions, context, refusal.RetryAfter);
    }

    /// <summary>The answer to a request that failed through no fault of its own. Says nothing of the cause.</summary>
    public static JsonAnswer Internal(HttpContext context) => Answer(
        StatusCodes.Status500InternalServerError, "Something went wrong here", "internal_error",
        "The request was not completed. Give the trace id to support.", [], null, context);

    /// <summary>The id under which the log tells the rest.</summary>
    public static string TraceId(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // A span that is not sampled is not current, and still has the caller's trace id.
        var span = Activity.Current ?? context.Features.Get<IHttpActivityFeature>()?.Activity;
        return span?.TraceId.ToHexString() ?? context.TraceIdentifier;
    }

    private static JsonAnswer Answer(
        int status,
        string title,
        string code,
        string detail,
        IReadOnlyList<FieldError> errors,
        IReadOnlyDictionary<string, object?>? extensions,
        HttpContext context,
        TimeSpan? retryAfter = null)
    {
        var document = new Dictionary<string, object?>
        {
            ["type"] = $"urn:reserve-connect:problem:{code}",
            ["title"] = title,
            ["status"] = status,
            ["code"] = code,
            ["detail"] = detail,
            ["trace_id"] = TraceId(context),
        };
        if (errors.Count > 0)
        {
            document["errors"] = errors;
        }

        foreach (var (member, value) in extensions ?? new Dictionary<string, object?>())
        {
            document[member] = value;
        }

        return new JsonAnswer(document, status) { ContentType = "application/problem+json", RetryAfter = retryAfter };
    }

    private static (int Status, string Title) StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Malformed => (StatusCodes.Status400BadRequest, "Malformed request"),
        RefusalKind.Unauthenticated => (StatusCodes.Status401Unauthorized, "Not authenticated"),
        RefusalKind.Forbidden => (StatusCodes.Status403Forbidden, "Not allowed"),
        RefusalKind.NotFound => (StatusCodes.Status404NotFound, "Not found"),
        RefusalKind.Conflict => (StatusCodes.Status409Conflict, "Conflict"),
        RefusalKind.TooSlow => (StatusCodes.Status408RequestTimeout, "Request too slow"),
        RefusalKind.TooLarge => (StatusCodes.Status413PayloadTooLarge, "Body too large"),
        RefusalKind.WrongMediaType => (StatusCodes.Status415UnsupportedMediaType, "Unsupported media type"),
        RefusalKind.Unprocessable => (StatusCodes.Status422UnprocessableEntity, "Not possible"),
        RefusalKind.TooMany => (StatusCodes.Status429TooManyRequests, "Too many"),
        RefusalKind.Unavailable => (StatusCodes.Status503ServiceUnavailable, "Not available now"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a refusal without a status"),
    };
}
