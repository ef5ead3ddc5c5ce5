using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;
using ReserveConnect.Idempotency;

namespace ReserveConnect.Functions.Idempotency;

/// <summary>
/// A request that is posted under an Idempotency-Key is done once (design section 7): the same key and body get the same answer,
/// the same key with another body 422, and while the first is being done 409. What the function decided is kept, also a
/// refusal; what went wrong on our side, or was too much at the moment, is not, and may be tried again under its key.
/// </summary>
public sealed class AnswerOnce(KeyedFunctions functions, AnsweredRequests answered, ILogger<AnswerOnce> log) : IFunctionsWorkerMiddleware
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        // Authorize has refused it already: there is nobody for whom it could be kept.
        if (context.GetHttpContext() is not { } http
            || !HttpMethods.IsPost(http.Request.Method)
            || !http.Request.Headers.TryGetValue(KeyedFunctions.Header, out var sent)
            || !functions.Contains(context.FunctionDefinition.Name))
        {
            await next(context);
            return;
        }

        var read = await ReadAsync(http, context.FunctionDefinition.Name, sent.ToString());
        if (read.Refusal is not null)
        {
            context.GetInvocationResult().Value = Problem.From(read.Refusal, http);
            return;
        }

        switch (await answered.ClaimAsync(read.Value, http.RequestAborted))
        {
            case KeyClaim.Yours mine:
                http.SetOperation(mine.OperationId);
                await RunAsync(context, next, mine);
                break;
            case KeyClaim.Answered before:
                context.GetInvocationResult().Value = new AnswerAgain(before.Answer);
                break;
            case KeyClaim.OtherContent:
                context.GetInvocationResult().Value = Problem.From(
                    Refusal.Unprocessable("idempotency_key_reused", "This Idempotency-Key was used with another request."), http);
                break;
            default:
                context.GetInvocationResult().Value = Problem.From(
                    Refusal.Conflict("request_under_way", "The first request with this Idempotency-Key is being done.") with { RetryAfter = TryAgain }, http);
                break;
        }
    }

    private async Task RunAsync(FunctionContext context, FunctionExecutionDelegate next, KeyClaim.Yours mine)
    {
        KeptAnswer? answer = null;
        try
        {
            await next(context);
            answer = context.GetInvocationResult().Value is JsonAnswer given && IsDecided(given) ? given.Kept() : null;
        }
        finally
        {
            await SettleAsync(mine, answer);
        }
    }

    // The thing is done, or not, whatever becomes of its record: a client that asks again then waits until the claim is abandoned.
    private async Task SettleAsync(KeyClaim.Yours mine, KeptAnswer? answer)
    {
        try
        {
            await (answer is null ? answered.GiveBackAsync(mine, CancellationToken.None) : answered.KeepAsync(mine, answer, CancellationToken.None));
        }
        catch (Exception failure)
        {
            log.LogError(failure, "The answer of {Function} was not kept under its Idempotency-Key", mine.Request.Function);
        }
    }

    // Too slow, too much and our own troubles decide nothing, nor does what asks to come back later.
    private static bool IsDecided(JsonAnswer given) =>
        given is { Status: < StatusCodes.Status500InternalServerError and not (StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests), RetryAfter: null };

    private static async Task<Outcome<KeyedRequest>> ReadAsync(HttpContext http, string function, string key)
    {
        if (key.Length is 0 or > KeyedRequest.MaxKeyLength || key.Any(c => c is < ' ' or > '~'))
        {
            return Refusal.Malformed(
                "invalid_key",
                "The Idempotency-Key is no key.",
                new FieldError(KeyedFunctions.Header, "invalid_key", $"1 to {KeyedRequest.MaxKeyLength} printable ASCII characters."));
        }

        if (await RequestBody.ReadBytesAsync(http.Request, http.RequestAborted) is not { } body)
        {
            return RequestBody.TooLarge();
        }

        // For the function to read.
        http.Request.Body = new MemoryStream(body.ToArray(), writable: false);
        var content = new byte[Encoding.UTF8.GetMaxByteCount(http.Request.Path.Value!.Length + http.Request.QueryString.Value!.Length + 1) + body.Length];
        var length = Encoding.UTF8.GetBytes($"{http.Request.Path.Value}{http.Request.QueryString.Value}\n", content);
        body.Span.CopyTo(content.AsSpan(length));
        var caller = http.Request.Caller();
        return new KeyedRequest(function, caller.Name, key, content[..(length + body.Length)], caller.IsKnown ? null : ClientAddress.Of(http).Network);
    }

    /// <summary>An answer that was given before.</summary>
    private sealed class AnswerAgain(KeptAnswer answer) : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            response.StatusCode = answer.Status;
            response.Headers.CacheControl = "no-store";
            response.Headers["Idempotency-Replayed"] = "true";
            if (answer.Location is not null)
            {
                response.Headers.Location = answer.Location;
            }

            if (answer.ContentType is not null)
            {
                response.ContentType = answer.ContentType;
                response.ContentLength = answer.Body.Length;
                await response.Body.WriteAsync(answer.Body, context.HttpContext.RequestAborted);
            }
        }
    }
}
