using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>What every call passes: the access token, the idempotency key, the book's lock.</summary>
internal sealed class PixGate(StandIn server, MercadoPagoOptions options, Func<PixBook> book)
{
    private const int MaxKey = 128;

    private readonly byte[] _authorization = Encoding.UTF8.GetBytes("Bearer " + options.AccessToken);

    /// <summary>A handler that reads.</summary>
    public RequestDelegate Read(Func<PixBook, HttpContext, PixAnswer> operation) => context =>
    {
        var current = book();
        if (Unauthorized(context) is { } error)
            return WriteAsync(context, PixAnswer.Of(error, current.Now));
        return WriteAsync(context, Work(current, _ => operation(current, context)));
    };

    /// <summary>A handler with a JSON body; with an idempotency key the first answer stands.</summary>
    /// <param name="type">The body's type; no body reads as an empty object.</param>
    /// <param name="keyNeeded">Whether the key must be there.</param>
    /// <param name="operation">What it does.</param>
    public RequestDelegate Write<T>(JsonTypeInfo<T> type, bool keyNeeded, Func<PixBook, Change, HttpContext, T, PixAnswer> operation)
        where T : class => async context =>
    {
        var current = book();
        var key = context.Request.Headers["X-Idempotency-Key"].ToString();
        var (body, text, error) = await BodyAsync(context, type);
        error = Unauthorized(context) ?? (keyNeeded && key.Length == 0 ? PixError.Bad(4292, "Header X-Idempotency-Key can't be null") : error);
        error ??= key.Length > MaxKey ? PixError.Bad(4293, "Header X-Idempotency-Key is too long") : null;
        if (error is not null || body is null)
        {
            await WriteAsync(context, PixAnswer.Of(error!, current.Now));
            return;
        }

        if (key.Length == 0)
        {
            await SlowWork.PauseAsync(context, server.Clock);
            await WriteAsync(context, Work(current, change => operation(current, change, context, body)));
            return;
        }

        var scope = $"{context.Request.Method} {context.Request.Path} {key}";
        await WriteAsync(context, await OnceAsync(context, current, scope, Fingerprint(text), change => operation(current, change, context, body)));
    };

    /// <summary>Writes an error that no operation made.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string message, DateTimeOffset now) =>
        WriteAsync(context, PixAnswer.Of(PixError.ForStatus(status, message), now));

    /// <summary>A number in the path; 0 if it is none.</summary>
    public static long Id(HttpContext context, string name = "id") =>
        long.TryParse((string?)context.Request.RouteValues[name], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>Does something under the lock and journals it.</summary>
    public T Work<T>(PixBook current, Func<Change, T> what)
    {
        lock (current.Gate)
        {
            using var change = server.Begin();
            current.Expire(change);
            var result = what(change);
            change.Commit();
            return result;
        }
    }

    /// <summary>Answers.</summary>
    public static Task WriteAsync(HttpContext context, PixAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.ContentLength = answer.Body.Length;
        return context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }

    private async Task<PixAnswer> OnceAsync(HttpContext context, PixBook current, string key, string fingerprint, Func<Change, PixAnswer> operation)
    {
        switch (current.Keys.TryClaim(key, fingerprint, out var saved))
        {
            case Claim.Answered:
                return Work(current, _ => Again(current, JsonSerializer.Deserialize(saved!.Body, PixJson.Default.PixMade)!));
            case Claim.InFlight:
                return PixAnswer.Of(new PixError(409, "idempotency_key_in_use", "Another request with this X-Idempotency-Key is in process", null), current.Now);
            case Claim.Mismatch:
                return PixAnswer.Of(new PixError(409, "idempotency_key_already_used", "X-Idempotency-Key was used with another body", null), current.Now);
        }

        try
        {
            await SlowWork.PauseAsync(context, server.Clock);
            return Work(current, change =>
            {
                var answer = operation(change);
                if (answer is { Status: < 400, Made: { } made })
                    current.Keys.Save(change, key, fingerprint, answer.Status, JsonSerializer.SerializeToUtf8Bytes(made, PixJson.Default.PixMade));
                return answer;
            });
        }
        finally
        {
            current.Keys.LetGo(key);
        }
    }

    private static PixAnswer Again(PixBook book, PixMade made) =>
        made.Transfer is { } transfer ? PixTransferOperations.Get(book, transfer)
        : made.Refund is { } refund ? PixOperations.GetRefund(book, made.Payment, refund) : PixOperations.Get(book, made.Payment);

    private static async Task<(T? Body, byte[] Text, PixError? Error)> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            var text = buffer.Length > 0 ? buffer.ToArray() : "{}"u8.ToArray();
            return (JsonSerializer.Deserialize(text, type), text, null);
        }
        catch (JsonException)
        {
            return (null, [], PixError.Bad(6, "Invalid JSON in request body"));
        }
        catch (BadHttpRequestException e)
        {
            return (null, [], PixError.ForStatus(e.StatusCode, e.Message));
        }
    }

    private static string Fingerprint(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));

    private PixError? Unauthorized(HttpContext context) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), _authorization)
            ? null
            : new PixError(401, "unauthorized", "invalid access token", null);
}
