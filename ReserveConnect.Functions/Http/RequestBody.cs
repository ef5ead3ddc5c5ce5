using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Http;

/// <summary>Reads a JSON body into a record, or says exactly why not.</summary>
public static class RequestBody
{
    /// <summary>Longest body in bytes (design section 7).</summary>
    public const int MostBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Syntax = new() { MaxDepth = 16, AllowDuplicateProperties = false };

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

        return await ReadBytesAsync(request, ct) is { } body ? Parse<T>(body) : TooLarge();
    }

    /// <summary>The raw body, for signatures that are made over bytes; null when it is longer than allowed.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > MostBytes)
        {
            return null;
        }

        using var buffer = new MemoryStream((int)(request.ContentLength ?? 1024));
        var piece = new byte[16 * 1024];
        while (await request.Body.ReadAsync(piece, ct) is > 0 and var read)
        {
            if (buffer.Length + read > MostBytes)
            {
                return null;
            }

            buffer.Write(piece, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>The refusal of a body for which <see cref="ReadBytesAsync"/> gave null.</summary>
    public static Refusal TooLarge() =>
        new(RefusalKind.TooLarge, "body_too_large", $"A body has at most {MostBytes} bytes.");

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

            if ((RequestText.Check(document.RootElement) ?? RequestShape.Check(document.RootElement, typeof(T))) is { } refusal)
            {
                return refusal;
            }

            return document.RootElement.Deserialize<T>(ApiJson.Requests)!;
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
            return Refusal.Malformed("malformed_json", "The body is no well-formed JSON.");
        }
    }
}
