using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>An operation: reads its parameters and answers, with the book's lock held.</summary>
internal delegate StripeAnswer StripeOperation(StripeMemory memory, StripeForm form, StripeCall call, string? id);

/// <summary>What every call passes: keys of the account, parameters, idempotency, the book's lock.</summary>
internal sealed class StripeGate(StandIn server, StripeOptions options, Func<StripeMemory> memory)
{
    private const int MaxKey = 255;

    /// <summary>A handler for an operation.</summary>
    /// <param name="known">Its parameters.</param>
    /// <param name="operation">What it does.</param>
    /// <param name="publishable">Whether the browser may call it, with the intent's client secret.</param>
    public RequestDelegate Handle(StripeParameters known, StripeOperation operation, bool publishable = false) => async context =>
    {
        var requestId = StripeId.New("req_");
        context.Response.Headers["Request-Id"] = requestId;
        context.Response.Headers["Stripe-Version"] = StripeEvents.ApiVersion;
        var form = await StripeForm.ReadAsync(context);
        var current = memory();
        var id = (string?)context.Request.RouteValues["id"];
        var error = Unauthorized(context, current, form, publishable, id) ?? form.Allow(known).Error;
        var answer = error is not null
            ? Error(current, error, requestId)
            : await AnswerAsync(context, current, operation, form, requestId, id);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    };

    /// <summary>Writes an error that no operation made.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string message)
    {
        var id = StripeId.New("req_");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers["Request-Id"] = id;
        var body = StripeWriter.Bytes(json => new StripeWriter(new StripeBook(), TimeProvider.System).Error(json, StripeError.ForStatus(status, message), id));
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static StripeAnswer Error(StripeMemory memory, StripeError error, string requestId)
    {
        lock (memory.Book.Gate)
            return new StripeAnswer(error.Status, StripeWriter.Bytes(json => memory.Writer.Error(json, error, requestId)));
    }

    private async Task<StripeAnswer> AnswerAsync(
        HttpContext context, StripeMemory current, StripeOperation operation, StripeForm form, string requestId, string? id)
    {
        var request = context.Request;
        var baseUrl = $"{request.Scheme}://{request.Host}";
        var key = request.Headers["Idempotency-Key"].ToString();
        if (HttpMethods.IsGet(request.Method) || key.Length == 0)
        {
            await SlowWork.PauseAsync(context, server.Clock);
            return Work(current, operation, form, call => call with { RequestId = requestId, BaseUrl = baseUrl }, id, null, "");
        }

        context.Response.Headers["Idempotency-Key"] = key;
        if (key.Length > MaxKey)
            return Error(current, StripeError.Invalid(null, "Keys for idempotent requests have at most 255 characters."), requestId);
        var fingerprint = form.Fingerprint(request.Method, request.Path.Value ?? "/");
        switch (current.Keys.TryClaim(key, fingerprint, out var saved))
        {
            case Claim.Answered:
                context.Response.Headers["Idempotent-Replayed"] = "true";
                return new StripeAnswer(saved!.Status, saved.Body);
            case Claim.InFlight:
                return Error(current, InFlight(), requestId);
            case Claim.Mismatch:
                return Error(current, Mismatch(key), requestId);
        }

        try
        {
            await SlowWork.PauseAsync(context, server.Clock);
            return Work(
                current,
                operation,
                form,
                call => call with { RequestId = requestId, IdempotencyKey = key, BaseUrl = baseUrl },
                id,
                key,
                fingerprint);
        }
        finally
        {
            current.Keys.LetGo(key);
        }
    }

    // A request that is refused for its parameters does not use its key up; a card's no does, and what an object's state forbids, as at Stripe.
    private StripeAnswer Work(
        StripeMemory current, StripeOperation operation, StripeForm form, Func<StripeCall, StripeCall> describe, string? id, string? key, string fingerprint)
    {
        lock (current.Book.Gate)
        {
            using var change = server.Begin();
            var answer = operation(current, form, describe(new StripeCall(change)), id);
            if (key is not null && (answer.Status is < 400 or 402 || answer.IsOfState))
                current.Keys.Save(change, key, fingerprint, answer.Status, answer.Body);
            change.Commit();
            return answer;
        }
    }

    private StripeError? Unauthorized(HttpContext context, StripeMemory current, StripeForm form, bool publishable, string? id)
    {
        var key = ApiKey(context) ?? form.Text("key");
        if (key is null)
        {
            return new StripeError(
                401,
                "invalid_request_error",
                null,
                "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
        }

        if (Same(key, options.SecretKey))
            return null;
        if (!Same(key, options.PublishableKey))
            return new StripeError(401, "invalid_request_error", null, $"Invalid API Key provided: {key[..Math.Min(8, key.Length)]}****");
        if (!publishable)
        {
            return new StripeError(
                403,
                "invalid_request_error",
                "secret_key_required",
                "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.");
        }

        lock (current.Book.Gate)
        {
            return current.Book.Intents[id] is { } intent && Same(form.Text("client_secret") ?? "", intent.ClientSecret)
                ? null
                : StripeError.NotFound("payment_intent", id ?? "", "intent");
        }
    }

    private static string? ApiKey(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header["Bearer ".Length..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        Span<byte> bytes = stackalloc byte[512];
        return Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var count)
            ? Encoding.UTF8.GetString(bytes[..count]).Split(':')[0]
            : null;
    }

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static StripeError InFlight() => new(
        409,
        "idempotency_error",
        "idempotency_key_in_use",
        "There is currently another in-progress request using this Idempotency-Key. Please try again later.");

    private static StripeError Mismatch(string key) => new(
        400,
        "idempotency_error",
        null,
        $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.");
}
