using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Functions.Http;

/// <summary>Reads a JSON body into a record, or says exactly why not.</summary>
public static class RequestBody
{
    /// <summary>Longest body in bytes (design section 7).</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Deepest nesting; what is deeper counts as malformed.</summary>
    public const int MostDepth = 16;

    private static readonly object BeingRead = new();

    private static readonly JsonDocumentOptions Syntax = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>
    /// The body as <typeparamref name="T"/>. Refusals: <c>unsupported_media_type</c> (415), <c>body_too_large</c> (413),
    /// <c>malformed_json</c>, <c>invalid_text</c>, <c>unknown_field</c>, <c>required</c>, <c>invalid_value</c> (400), <c>price_not_accepted</c> (422).
    /// </summary>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpRequest request, CancellationToken ct)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.HasJsonContentType())
        {
            return new Refusal(RefusalKind.WrongMediaType, "unsupported_media_type", "Send the body as application/json.");
        }

        try
        {
            return await CollectAsync(request, new JsonWatch(), ct) is { } body ? Parse<T>(body) : TooLarge();
        }
        catch (JsonException)
        {
            return Malformed;
        }
    }

    /// <summary>The same where a body may be left out: none at all is <paramref name="empty"/>.</summary>
    public static Task<Outcome<T>> ReadOptionalAsync<T>(HttpRequest request, T empty, CancellationToken ct)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        var isEmpty = request.ContentLength == 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0 && request.ContentType is null);
        return isEmpty ? Task.FromResult<Outcome<T>>(empty) : ReadAsync<T>(request, ct);
    }

    /// <summary>The raw body, for signatures that are made over bytes; null when it is longer than allowed.</summary>
    public static Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, CancellationToken ct) => CollectAsync(request, null, ct);

    private static async Task<ReadOnlyMemory<byte>?> CollectAsync(HttpRequest request, JsonWatch? watch, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > MostBytes)
        {
            return null;
        }

        var (http, reader) = (request.HttpContext, request.BodyReader);
        var body = new BodyBuffer(request, http.RequestServices?.GetService<BodyMemory>());
        http.Items[BeingRead] = true;
        // The token does not go to the read itself: one that is cancelled leaves Kestrel's reader in a state that it complains of.
        await using var end = ct.Register(reader.CancelPendingRead);
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None);
            try
            {
                if (read.IsCanceled)
                {
                    throw new OperationCanceledException(ct);
                }

                if (body.Length + read.Buffer.Length > MostBytes)
                {
                    return null;
                }

                body.Append(read.Buffer);
                watch?.Look(body.Written.Span, read.IsCompleted);
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                http.Items.Remove(BeingRead);
                return body.Written;
            }
        }
    }

    /// <summary>Whether a request's body is still on the way to whoever began to read it.</summary>
    internal static bool IsBeingRead(HttpContext context) => context.Items.ContainsKey(BeingRead);

    /// <summary>The refusal of a body for which <see cref="ReadBytesAsync"/> gave null.</summary>
    public static Refusal TooLarge() =>
        new(RefusalKind.TooLarge, "body_too_large", $"A body has at most {MostBytes} bytes.");

    /// <summary>The refusal of a body that came too slowly, or not at all.</summary>
    public static Refusal TooSlow() => new(RefusalKind.TooSlow, "body_too_slow", "The body took too long to arrive.");

    private static Refusal Malformed => Refusal.Malformed("malformed_json", "The body is no well-formed JSON.");

    private static JsonDocument Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Syntax);
        }
        catch (InvalidOperationException half)
        {
            // A member's name that is half a surrogate pair: the parser looks for names that come twice, and trips over it.
            throw new JsonException(half.Message, half);
        }
    }

    private static Outcome<T> Parse<T>(ReadOnlyMemory<byte> body)
        where T : class
    {
        try
        {
            using var document = Read(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Refusal.Malformed("malformed_json", "The body must be a JSON object.");
            }

            if (RequestText.Check(document.RootElement) is { } noText)
            {
                return noText;
            }

            var read = RequestShape.WithoutPowers(document.RootElement, typeof(T));
            return RequestShape.Check(read, typeof(T)) is { } refusal ? refusal : read.Deserialize<T>(ApiJson.Requests)!;
        }
        catch (JsonException e) when (e.Path is { Length: > 2 } path)
        {
            var field = path[2..];
            return Refusal.Malformed(
                "invalid_value",
                "A field has a value of the wrong type or format.",
                new FieldError(field, "invalid_value", "Wrong type or format."));
        }
        catch (JsonException)
        {
            return Malformed;
        }
    }
}
